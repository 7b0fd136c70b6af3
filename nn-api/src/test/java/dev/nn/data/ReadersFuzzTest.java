package dev.nn.data;

import dev.nn.fuzz.SmallHeap;
import dev.nn.fuzz.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are read or refused, by one exception, in a heap of 64 MB. */
class ReadersFuzzTest {
  private static final long FILES = 50_000;

  @TempDir private Path directory;

  @Test
  void damagedArraysAreReadOrRefused() throws Exception {
    SmallHeap.fuzz(NumpyArrays.class, FILES, directory);
  }

  @Test
  void damagedArchivesAreReadOrRefused() throws Exception {
    SmallHeap.fuzz(Archives.class, FILES, directory);
  }

  @Test
  void damagedTablesAreReadOrRefused() throws Exception {
    SmallHeap.fuzz(Tables.class, FILES, directory);
  }

  @Test
  void damagedSparseRowsAreReadOrRefused() throws Exception {
    SmallHeap.fuzz(SparseRows.class, FILES, directory);
  }

  @Test
  void damagedImagesAreReadOrRefused() throws Exception {
    SmallHeap.fuzz(Images.class, FILES, directory);
  }

  /** What the readers of data have in common. */
  abstract static class DataFile implements Target {
    static final Path FILE = Path.of("damaged");

    private final List<byte[]> tokens;

    DataFile(String... tokens) {
      this.tokens =
          Stream.of(tokens).map(token -> token.getBytes(StandardCharsets.ISO_8859_1)).toList();
    }

    @Override
    public List<byte[]> tokens() {
      return tokens;
    }

    @Override
    public Class<? extends IOException> refusal() {
      return DataFormatException.class;
    }

    @Override
    public byte[] repair(byte[] file) {
      return file;
    }

    static List<byte[]> texts(String... texts) {
      return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }
  }

  /** Arrays of NumPy's. */
  public static final class NumpyArrays extends DataFile {
    /** Makes the target. */
    public NumpyArrays() {
      super(
          "'descr': ",
          "'<f8'",
          "'|O'",
          "[('a', '<f4')]",
          "'shape': ",
          "(0,)",
          "(2, 3)",
          "1, 1, ",
          "'fortran_order': True",
          "False",
          "\u0093NUMPY\2\0",
          "\"",
          "L",
          "((((",
          " \n",
          "\u00e4");
    }

    @Override
    public List<byte[]> corpus() throws IOException {
      List<byte[]> corpus = new ArrayList<>();
      for (Path file : Numpy.files(".npy")) {
        if (!file.getFileName().toString().startsWith("refused-")) {
          corpus.add(Files.readAllBytes(file));
        }
      }
      return corpus;
    }

    @Override
    public void read(byte[] file) throws IOException {
      NpyArray array = NpyFiles.read(FILE, new ByteArrayInputStream(file));
      array.floats();
      array.doubles();
    }

    /** The header ends with the first line feed. */
    @Override
    public byte[] repair(byte[] file) {
      byte[] repaired = file.clone();
      for (int i = 10; i < file.length && file[6] == 1; i++) {
        if (file[i] == '\n') {
          repaired[8] = (byte) (i - 9);
          repaired[9] = (byte) ((i - 9) >> 8);
          break;
        }
      }
      return repaired;
    }
  }

  /** Archives of arrays. */
  public static final class Archives extends DataFile {
    private static final String ENTRY = "PK\3\4";
    private static final String DIRECTORY = "PK\1\2";
    private static final String END = "PK\5\6";

    /** Makes the target. */
    public Archives() {
      super(
          ENTRY,
          DIRECTORY,
          END,
          "PK\6\6",
          "PK\6\7",
          "X.npy",
          "../",
          "\1\0\20\0",
          "\377\377\377\377",
          "\u0093NUMPY\1\0",
          "(4, 2)",
          "'<f8'",
          "'<i2'");
    }

    @Override
    public List<byte[]> corpus() throws IOException {
      List<byte[]> corpus = new ArrayList<>();
      for (Path file : Numpy.files(".npz")) {
        if (!file.getFileName().toString().startsWith("refused-")) {
          corpus.add(Files.readAllBytes(file));
        }
      }
      return corpus;
    }

    @Override
    public void read(byte[] file) throws IOException {
      NpzFiles.read(FILE, new BytesChannel(file)).values().forEach(NpyArray::floats);
    }

    /** Positions, sizes and check sums of stored entries, and the end, as they stand there now. */
    @Override
    public byte[] repair(byte[] file) {
      String text = new String(file, StandardCharsets.ISO_8859_1);
      int end = text.lastIndexOf(END);
      int directory = text.indexOf(DIRECTORY);
      if (directory < 0 || end < directory || end + 22 > file.length) {
        return file;
      }
      byte[] repaired = Arrays.copyOf(file, end + 22);
      ByteBuffer bytes = ByteBuffer.wrap(repaired).order(ByteOrder.LITTLE_ENDIAN);
      int count = 0;
      int entry = text.indexOf(ENTRY);
      for (int at = directory; at >= 0 && at + 46 <= end; at = text.indexOf(DIRECTORY, at + 4)) {
        if (entry < 0 || entry + 30 > directory) {
          break;
        }
        bytes.putInt(at + 42, entry);
        int next = text.indexOf(ENTRY, entry + 4);
        int data = entry + 30 + bytes.getChar(entry + 26) + bytes.getChar(entry + 28);
        int dataEnd = next < 0 || next > directory ? directory : next;
        if (bytes.getInt(at + 8) == 0 && data <= dataEnd) { // no flags, stored
          CRC32 crc = new CRC32();
          crc.update(repaired, data, dataEnd - data);
          bytes.putInt(at + 16, (int) crc.getValue());
          bytes.putInt(at + 20, dataEnd - data);
          bytes.putInt(at + 24, dataEnd - data);
        }
        count++;
        entry = next;
      }
      bytes.putShort(end + 8, (short) count).putShort(end + 10, (short) count);
      bytes
          .putInt(end + 12, end - directory)
          .putInt(end + 16, directory)
          .putShort(end + 20, (short) 0);
      return repaired;
    }
  }

  /** Tables of text, with all that can be learned of columns. */
  public static final class Tables extends DataFile {
    private static final CsvReader READER =
        CsvReader.classification().categorical(1).unknownAsZeros().imputeMeans("", "NA");

    /** Makes the target. */
    public Tables() {
      super(
          ",",
          "\"",
          "\"\"",
          "\r\n",
          "\r",
          "\n\n",
          "NA",
          "1e39",
          "NaN",
          "\u00ef\u00bb\u00bf",
          " ",
          "\u001f\u008b\b\0",
          "1e-50",
          "--1",
          "red",
          ",,,,,,,,,,,,,,,");
    }

    @Override
    public List<byte[]> corpus() {
      return texts(
          "size,colour,age,kind\n1,red,,a\nNA,\"b\"\"lue\",3,b\n2.5,,4,a\n",
          "1,9,2,7\n3,10,4,8\n-1e2,9,+.5,8\n",
          "\ufeff\"si\nze\",colour,age,kind\r\n1, red ,2,\u00e4\r\n3,blue,4,b");
    }

    @Override
    public void read(byte[] file) throws IOException {
      READER.fit(FILE, new ByteArrayInputStream(file)).read(FILE, new ByteArrayInputStream(file));
    }
  }

  /** Sparse rows. */
  public static final class SparseRows extends DataFile {
    /** Makes the target. */
    public SparseRows() {
      super(
          ":",
          " ",
          "#",
          "\n",
          "\r\n",
          "qid:1",
          "1:",
          ":1",
          "+1",
          "-1",
          ",",
          "1e39",
          "NaN",
          "100000000:1",
          "2147483646:1",
          "\u00ff");
    }

    @Override
    public List<byte[]> corpus() {
      return texts(
          "+1 1:0.5 3:-2 # comment\n-1 2:1 \n+1\n",
          "# \u00e4\n3 1:1\t2:2 3:3 4:4 5:5\r\n1.0 5:1e-3\n2 4:+1 6:.5",
          "1 1:1\n2 262144:1");
    }

    @Override
    public void read(byte[] file) throws IOException {
      LibsvmReader.classification().read(FILE, new ByteArrayInputStream(file));
    }
  }

  /** Images and labels in one file: the labels begin behind the images, where the type is 1. */
  public static final class Images extends DataFile {
    /** Makes the target. */
    public Images() {
      super("\0\0\b\3", "\0\0\b\1", "\0\0\0\2", "\377\377\377\377", "\u001f\u008b\b\0");
    }

    @Override
    public List<byte[]> corpus() {
      byte[] images = new byte[16 + 12];
      images[2] = 8;
      images[3] = 3;
      images[7] = images[11] = 2;
      images[15] = 3;
      byte[] labels = {0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 2};
      return List.of(images, labels, Gzip.pack(images));
    }

    @Override
    public void read(byte[] file) throws IOException {
      int dimensions = file.length > 3 && file[3] == 1 ? 1 : 3;
      IdxContent.read(FILE, DataFiles.unpacked(FILE, new ByteArrayInputStream(file)), dimensions);
    }

    /** As many images, or labels, as there are bytes for. */
    @Override
    public byte[] repair(byte[] file) {
      byte[] repaired = file.clone();
      ByteBuffer bytes = ByteBuffer.wrap(repaired);
      if (file.length > 16 && file[3] == 3) {
        long pixels = (long) bytes.getInt(8) * bytes.getInt(12);
        bytes.putInt(4, pixels == 0 ? 0 : (int) ((file.length - 16) / pixels));
      } else if (file.length > 8 && file[3] == 1) {
        bytes.putInt(4, file.length - 8);
      }
      return repaired;
    }
  }
}
