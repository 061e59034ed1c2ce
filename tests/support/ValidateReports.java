import com.pixelmed.validate.DicomSRValidator;

/** Says what PixelMed's validator says of each file; the templates are compiled once for all of them. */
public class ValidateReports {
    public static void main(String[] files) throws Exception {
        DicomSRValidator validator = new DicomSRValidator();
        for (String file : files) {
            System.out.println("FILE " + file);
            System.out.println(validator.validate(file));
        }
    }
}
