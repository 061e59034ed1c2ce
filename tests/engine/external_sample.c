/* An engine as a program, for tests: marks the brightest square of each DICOM file of a folder.

   detect MODE INPUT OUTPUT [PATH]. MODE "polite" is the engine, "report" the same with a CAD SR; every other is an attack, and its evidence for
   the exam is 1 where it got through and 0 where it was refused. No library but C's own. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIDE = 16 };

#include "external_report.h"

struct image {
    char uid[80], token[80], study[80];
    int rows, columns, frames;
    const uint16_t *pixels;
};

static uint32_t number(const unsigned char *p, int bytes) {
    uint32_t value = 0;
    for (int n = 0; n < bytes; n++) value |= (uint32_t)p[n] << 8 * n;
    return value;
}

static void text(char *into, const unsigned char *from, uint32_t length) {
    if (length > 79) length = 79;
    memcpy(into, from, length);
    into[length] = 0;
    while (length && (into[length - 1] == ' ' || into[length - 1] == 0)) into[--length] = 0;
}

/* Explicit VR Little Endian, top level only; sequences have a length and are passed over. */
static int read_image(const char *path, struct image *image) {
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    fseek(file, 0, SEEK_END);
    long size = ftell(file), at = 132;
    rewind(file);
    unsigned char *data = malloc(size);
    if (!data || fread(data, 1, size, file) != (size_t)size || memcmp(data + 128, "DICM", 4)) return 0;
    fclose(file);
    memset(image, 0, sizeof *image);
    image->frames = 1;
    while (at + 8 <= size) {
        uint32_t tag = number(data + at, 2) << 16 | number(data + at + 2, 2), length;
        int wide = strstr("OB OW OF OD OL SQ UN UT UC UR", (char[]){data[at + 4], data[at + 5], 0}) != NULL;
        length = wide ? number(data + at + 8, 4) : number(data + at + 6, 2);
        const unsigned char *value = data + (at += wide ? 12 : 8);
        char digits[80];
        if (tag == 0x00080018) text(image->uid, value, length);
        if (tag == 0x00100020) text(image->token, value, length);
        if (tag == 0x0020000D) text(image->study, value, length);
        if (tag == 0x00280010) image->rows = number(value, 2);
        if (tag == 0x00280011) image->columns = number(value, 2);
        if (tag == 0x00280008) text(digits, value, length), image->frames = atoi(digits);
        if (tag == 0x7FE00010) image->pixels = (const uint16_t *)value;
        at += length;
    }
    return image->pixels != NULL;
}

static struct found brightest(const struct image *image) {
    double best = -1, mean = 0;
    struct found found = {.frames = image->frames, .frame = 1};
    strcpy(found.uid, image->uid);
    for (int f = 0; f < image->frames; f++)
        for (int top = 0; top + SIDE <= image->rows; top += SIDE)
            for (int left = 0; left + SIDE <= image->columns; left += SIDE) {
                double sum = 0;
                for (int r = top; r < top + SIDE; r++)
                    for (int c = left; c < left + SIDE; c++)
                        sum += image->pixels[((size_t)f * image->rows + r) * image->columns + c];
                mean += sum / image->frames / (image->rows / SIDE) / (image->columns / SIDE);
                if (sum > best) best = sum, found.x = left, found.y = top, found.frame = f + 1;
            }
    double contrast = (best - mean) / SIDE / SIDE;
    found.contrast = contrast <= 1e-6 ? 0 : contrast;
    return found;
}

static double mark(FILE *out, const struct found *found, int *marks) {
    int x = found->x, y = found->y;
    if (!found->contrast) return 0;
    fprintf(out, "%s{\"sop_instance_uid\": \"%s\", \"frame\": %d, \"outline\": [[%d, %d], [%d, %d], [%d, %d], [%d, %d]],"
            " \"lesion_type\": \"soft tissue\", \"raw_score\": %.9g}", (*marks)++ ? ", " : "", found->uid, found->frame,
            x, y, x + SIDE, y, x + SIDE, y + SIDE, x, y + SIDE, found->contrast);
    return found->contrast;
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }
static int is_dicom(const struct dirent *entry) { return strstr(entry->d_name, ".dcm") != NULL; }
static void *nothing(void *unused) { return unused; }

/* 1 where the attack gets through, 0 where it is refused. */
static int attack(const char *mode, const char *given, const char *result, const char *path) {
    char place[4096];
    if (!strcmp(mode, "read")) return open(path, O_RDONLY) >= 0;
    if (!strcmp(mode, "list")) return opendir(path) != NULL;
    if (!strcmp(mode, "write")) return open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) >= 0;
    if (!strcmp(mode, "start")) return execl(path, path, (char *)NULL), 0;
    if (!strcmp(mode, "socket"))
        return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_INET6, SOCK_DGRAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
    if (!strcmp(mode, "signal")) return kill(getppid(), 0) == 0;
    if (!strcmp(mode, "change-input")) {
        snprintf(place, sizeof place, "%s/view-1.dcm", given);
        return open(place, O_WRONLY) >= 0 || unlink(place) == 0 || chmod(place, 0777) == 0;
    }
    if (!strcmp(mode, "fork-bomb")) {
        int born = 0;
        for (int n = 0; n < 64; n++) {
            pid_t child = fork();
            if (child == 0) pause();
            born |= child > 0;
        }
        return born;
    }
    if (!strcmp(mode, "thread")) {  /* no attack: threads are allowed */
        pthread_t thread;
        return pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
    }
    if (!strcmp(mode, "forever")) for (;;) pause();
    if (!strcmp(mode, "fail")) exit(3);
    if (!strcmp(mode, "abort")) abort();
    if (!strcmp(mode, "silent")) exit(0);
    if (!strcmp(mode, "hoard")) for (char *p; (p = malloc(1 << 20)) || (exit(4), 1);) memset(p, 1, 1 << 20);
    snprintf(place, sizeof place, "%s/huge", result);
    if (!strcmp(mode, "fill")) {
        int file = open(place, O_WRONLY | O_CREAT, 0600);
        return ftruncate(file, 1L << 30) == 0;
    }
    return 0;
}

int main(int count, char **words) {
    if (count < 4) return 2;
    const char *mode = words[1], *given = words[2], *result = words[3], *path = count > 4 ? words[4] : "";
    struct dirent **names;
    int files = scandir(given, &names, is_dicom, by_name), marks = 0;
    struct image first = {0}, image;
    static struct found all[MOST];
    double greatest = 0;
    char place[4096];
    puts("looking");
    if (files < 1 || files > MOST) return 5;
    int reports = !strcmp(mode, "report");
    int through = strcmp(mode, "polite") && !reports ? attack(mode, given, result, path) : -1;
    FILE *out = NULL;
    if (!reports) {
        snprintf(place, sizeof place, "%s/result.json", result);
        if (!(out = fopen(place, "w"))) return 6;
        fputs("{\"regions\": [", out);
    }
    for (int n = 0; n < files; n++) {
        snprintf(place, sizeof place, "%s/%s", given, names[n]->d_name);
        if (!read_image(place, &image)) return 7;
        if (!n) first = image;
        all[n] = brightest(&image);
        double found = through >= 0 ? 0 : reports ? all[n].contrast : mark(out, &all[n], &marks);
        if (found > greatest) greatest = found;
    }
    if (reports) {
        snprintf(place, sizeof place, "%s/report.dcm", result);
        return !report(place, first.token, first.study, all, files, greatest);
    }
    if (!strcmp(mode, "other-exam")) strcpy(first.token, "another");
    fprintf(out, "], \"raw\": %.9g, \"exam_token\": \"%s\", \"contract\": 2}\n", through < 0 ? greatest : through, first.token);
    return fclose(out) != 0;
}
