/* A Mammography CAD SR (PS3.16 TID 4000) as plain bytes, for the sample program: one single image finding for
   each mark, Explicit VR Little Endian, sequences of undefined length. */
enum { MOST = 64 };

struct found {
    char uid[80];
    int frames, frame, x, y;
    double contrast;
};

static void u16(FILE *out, unsigned value) { fputc(value & 255, out), fputc(value >> 8 & 255, out); }
static void u32(FILE *out, uint32_t value) { u16(out, value & 65535), u16(out, value >> 16); }
static void tag(FILE *out, uint32_t tag) { u16(out, tag >> 16), u16(out, tag & 65535); }

static void bytes(FILE *out, uint32_t which, const char *vr, const void *value, uint32_t length) {
    tag(out, which), fwrite(vr, 1, 2, out), u16(out, length), fwrite(value, 1, length, out);
}

static void words(FILE *out, uint32_t which, const char *vr, const char *value) {
    char even[160] = {0};
    size_t length = strlen(value);
    memset(even, !strcmp(vr, "UI") ? 0 : ' ', sizeof even - 1);
    memcpy(even, value, length);
    bytes(out, which, vr, even, (length + 1) / 2 * 2);
}

static void open_sequence(FILE *out, uint32_t which) { tag(out, which), fputs("SQ", out), u16(out, 0), u32(out, 0xFFFFFFFF); }
static void close_sequence(FILE *out) { tag(out, 0xFFFEE0DD), u32(out, 0); }
static void open_item(FILE *out) { tag(out, 0xFFFEE000), u32(out, 0xFFFFFFFF); }
static void close_item(FILE *out) { tag(out, 0xFFFEE00D), u32(out, 0); }

static void code(FILE *out, uint32_t which, const char *value, const char *scheme, const char *meaning) {
    open_sequence(out, which), open_item(out);
    words(out, 0x00080100, "SH", value), words(out, 0x00080102, "SH", scheme), words(out, 0x00080104, "LO", meaning);
    close_item(out), close_sequence(out);
}

/* Leaves an item open behind its concept name. */
static void item(FILE *out, const char *relation, const char *type, const char *concept, const char *meaning) {
    open_item(out), words(out, 0x0040A010, "CS", relation), words(out, 0x0040A040, "CS", type);
    code(out, 0x0040A043, concept, "DCM", meaning);
    if (!strcmp(type, "CONTAINER")) words(out, 0x0040A050, "CS", "SEPARATE");
}

static void coded(FILE *out, const char *relation, const char *concept, const char *name, const char *value,
                  const char *scheme, const char *meaning) {
    item(out, relation, "CODE", concept, name), code(out, 0x0040A168, value, scheme, meaning);
}

/* Of the greatest contrast that 16 bits can hold. */
static void percent(FILE *out, const char *concept, const char *name, double value) {
    char digits[20];
    snprintf(digits, sizeof digits, "%.9g", value / 655.35);
    item(out, "HAS PROPERTIES", "NUM", concept, name), open_sequence(out, 0x0040A300), open_item(out);
    code(out, 0x004008EA, "%", "UCUM", "percent"), words(out, 0x0040A30A, "DS", digits);
    close_item(out), close_sequence(out), close_item(out);
}

static void said(FILE *out, const char *concept, const char *name, const char *text) {
    item(out, "HAS PROPERTIES", "TEXT", concept, name), tag(out, 0x0040A160), fputs("UT", out), u16(out, 0);
    u32(out, (strlen(text) + 1) / 2 * 2), fputs(text, out);
    if (strlen(text) % 2) fputc(' ', out);
    close_item(out);
}

static void square_on(FILE *out, const struct found *mark, unsigned entry) {
    float points[10] = {mark->x, mark->y, mark->x + 16, mark->y, mark->x + 16, mark->y + 16, mark->x, mark->y + 16, mark->x, mark->y};
    uint32_t place[3] = {1, 1, entry};
    item(out, "HAS PROPERTIES", "SCOORD", "111041", "Outline"), open_sequence(out, 0x0040A730), open_item(out);
    words(out, 0x0040A010, "CS", "SELECTED FROM"), bytes(out, 0x0040DB73, "UL", place, sizeof place);
    close_item(out), close_sequence(out);
    bytes(out, 0x00700022, "FL", points, sizeof points), words(out, 0x00700023, "CS", "POLYLINE"), close_item(out);
}

static void entry(FILE *out, const struct found *image) {
    char frame[12];
    open_item(out), open_sequence(out, 0x00081199), open_item(out);
    words(out, 0x00081150, "UI", image->frames > 1 ? "1.2.840.10008.5.1.4.1.1.13.1.3" : "1.2.840.10008.5.1.4.1.1.1.2");
    words(out, 0x00081155, "UI", image->uid);
    snprintf(frame, sizeof frame, "%d", image->frame);
    if (image->frames > 1) words(out, 0x00081160, "IS", frame);
    close_item(out), close_sequence(out), words(out, 0x0040A010, "CS", "CONTAINS");
    words(out, 0x0040A040, "CS", "IMAGE"), close_item(out);
}

static void impression(FILE *out, const struct found *mark, unsigned number) {
    item(out, "INFERRED FROM", "CONTAINER", "111034", "Individual Impression/Recommendation"), open_sequence(out, 0x0040A730);
    coded(out, "HAS CONCEPT MOD", "111056", "Rendering Intent", "111150", "DCM", "Presentation Required"), close_item(out);
    coded(out, "CONTAINS", "111059", "Single Image Finding", "129793001", "SCT", "Mammography breast density");
    open_sequence(out, 0x0040A730);
    coded(out, "HAS CONCEPT MOD", "111056", "Rendering Intent", "111150", "DCM", "Presentation Required"), close_item(out);
    said(out, "111001", "Algorithm Name", "Brightest square"), said(out, "111003", "Algorithm Version", "1.0");
    percent(out, "111012", "Certainty of Finding", mark->contrast), square_on(out, mark, number);
    close_sequence(out), close_item(out), close_sequence(out), close_item(out);
}

static void summary(FILE *out, const char *concept, const char *name, const char *value, const char *meaning) {
    coded(out, "CONTAINS", concept, name, value, "DCM", meaning);
}

static int report(const char *path, const char *token, const char *study, const struct found *marks, int count, double exam) {
    FILE *out = fopen(path, "wb");
    int found = 0;
    if (!out) return 0;
    for (int n = 0; n < 128; n++) fputc(0, out);
    fputs("DICM", out);
    uint32_t length = 8 + 30 + 8 + 20;  /* two UIDs and their headers */
    bytes(out, 0x00020000, "UL", &length, 4);
    words(out, 0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.88.50"), words(out, 0x00020010, "UI", "1.2.840.10008.1.2.1");
    words(out, 0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.50"), words(out, 0x00080018, "UI", "2.25.1");
    words(out, 0x00080060, "CS", "SR"), words(out, 0x00080070, "LO", "Sample"), words(out, 0x00100020, "LO", token);
    words(out, 0x0020000D, "UI", study), words(out, 0x0020000E, "UI", "2.25.2"), words(out, 0x0040A040, "CS", "CONTAINER");
    code(out, 0x0040A043, "111036", "DCM", "Mammography CAD Report"), words(out, 0x0040A050, "CS", "SEPARATE");
    open_sequence(out, 0x0040A504), open_item(out), words(out, 0x00080105, "CS", "DCMR"), words(out, 0x0040DB00, "CS", "4000");
    close_item(out), close_sequence(out), open_sequence(out, 0x0040A730);
    item(out, "CONTAINS", "CONTAINER", "111028", "Image Library"), open_sequence(out, 0x0040A730);
    for (int n = 0; n < count; n++) entry(out, &marks[n]), found += marks[n].contrast > 0;
    close_sequence(out), close_item(out);
    summary(out, "111017", "CAD Processing and Findings Summary", found ? "111242" : "111241", "All algorithms succeeded");
    open_sequence(out, 0x0040A730), percent(out, "111013", "Certainty of Impression", exam);
    for (int n = 0; n < count; n++) if (marks[n].contrast > 0) impression(out, &marks[n], n + 1);
    close_sequence(out), close_item(out);
    summary(out, "111064", "Summary of Detections", "111222", "Succeeded"), open_sequence(out, 0x0040A730);
    item(out, "INFERRED FROM", "CONTAINER", "111063", "Successful Detections"), open_sequence(out, 0x0040A730);
    coded(out, "CONTAINS", "111022", "Detection Performed", "129793001", "SCT", "Mammography breast density"), close_item(out);
    close_sequence(out), close_item(out), close_sequence(out), close_item(out);
    summary(out, "111065", "Summary of Analyses", "111225", "Not Attempted"), close_item(out), close_sequence(out);
    return fclose(out) == 0;
}
