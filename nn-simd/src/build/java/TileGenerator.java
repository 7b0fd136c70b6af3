import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * Writes the flat kernels of dev.nn.simd: {@code RowTiles} and {@code ColumnTiles}, for each tile
 * shape a method for packed operands and one for others, {@code StreamTiles} and {@code
 * TransposeTile}.
 *
 * <p>C2 keeps a tile in registers only if each of its vectors is a local variable of one method, so
 * the loops over the rows and vectors of a tile are unrolled here and not in Java. Usage: {@code
 * java TileGenerator.java DIRECTORY}, as the build does.
 */
public final class TileGenerator {
  /**
   * Most vectors in a tile, all rows together: 24 of 32 registers, which leaves 8 to the operands.
   */
  private static final int MAX_VECTORS = 24;

  private final StringBuilder text = new StringBuilder();

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0], "dev", "nn", "simd");
    Files.createDirectories(directory);
    // A row costs an index register if the rows of A are apart: six rows and more vectors.
    String rowForm =
        new TileGenerator()
            .write(
                "RowTiles",
                "{@code A[i][k]} at {@code ap + i as + k}: a row-major A as it stands",
                "",
                new int[] {6, 6, 6, 6},
                4, // Blocks.MAX_VECTORS
                new Access(
                    List.of(),
                    i -> i == 0 ? "" : "int a" + i + " = ap + " + i + " * as;",
                    step -> "",
                    i -> i == 0 ? "a[ap + k]" : "a[a" + i + " + k]",
                    ""));
    Files.writeString(directory.resolve("RowTiles.java"), rowForm);
    String columnForm =
        new TileGenerator()
            .write(
                "ColumnTiles",
                "{@code A[i][k]} at {@code ap + i + k as}: a packed A, or a transposed A as it stands",
                " && as == rows",
                new int[] {12, 12, 8, 6},
                2, // Blocks.PACKED_NR
                new Access(
                    List.of(
                        "  /** 1, not final, so that C2 does not know it. */",
                        "  private static int one = 1;",
                        ""),
                    i -> i == 0 ? "int next = Blocks.HIDES_ROWS ? one : 1;" : "",
                    step -> "int at = ap + k * " + step + ";",
                    i -> "a[at]",
                    "at += next;"));
    Files.writeString(directory.resolve("ColumnTiles.java"), columnForm);
    Files.writeString(directory.resolve("StreamTiles.java"), new TileGenerator().writeStream());
    Files.writeString(
        directory.resolve("TransposeTile.java"), new TileGenerator().writeTranspose());
  }

  /**
   * The statements by which a kernel finds the elements of A.
   *
   * @param fields lines of the class
   * @param index of row i, before the loop
   * @param position at the beginning of a step of k, by the distance of its steps
   * @param element of row i
   * @param next between two rows
   */
  private record Access(
      List<String> fields,
      IntFunction<String> index,
      UnaryOperator<String> position,
      IntFunction<String> element,
      String next) {}

  /**
   * One class, with a condition on A's step in the packed form; {@code maxRows[v - 1]} is the
   * greatest number of rows of its tiles of v vectors, which have a form for packed operands up to
   * {@code maxPacked} vectors.
   */
  private String write(
      String name, String form, String conditionOnA, int[] maxRows, int maxPacked, Access access) {
    header();
    line("import jdk.incubator.vector.FloatVector;");
    line("");
    line("/**");
    line(" * Micro-kernels {@code C = D + A B} for one chunk of k; " + form + ".");
    line(" *");
    line(
        " * <p>B[k] is {@code vectors} vectors at {@code bp + k bs}, one after the other except for the last,");
    line(
        " * which stands {@code last} after the first and may overlap the one before; C[i] likewise at {@code");
    line(
        " * cp + i cs}, overwritten, and D[i] at {@code dp + i ds}, which may be C itself. The sums start from");
    line(
        " * +0 and add k in ascending order, then D is added. Tiles of up to "
            + maxPacked
            + " vectors have a form for");
    line(
        " * packed operands, whose steps of k are constants: their bounds are checked before the loop. Written");
    line(" * by TileGenerator.");
    line(" */");
    line("final class " + name + " {");
    access.fields.forEach(this::line);
    line("  private " + name + "() {}");
    dispatch(maxRows, maxPacked, conditionOnA);
    for (int vectors = 1; vectors <= maxRows.length; vectors++) {
      for (int rows = 1; rows <= maxRows[vectors - 1]; rows++) {
        if (rows * vectors > MAX_VECTORS) {
          throw new IllegalStateException(rows + " x " + vectors + " vectors are too many");
        }
        tile("tile", rows, vectors, "bs", "as", access);
        if (vectors <= maxPacked) {
          String step = "(" + vectors + " * LANES)";
          tile("packed", rows, vectors, step, String.valueOf(rows), access);
        }
      }
    }
    line("}");
    return text.toString();
  }

  private static final String PARAMETERS =
      "int kc, float[] a, int ap, int as, float[] b, int bp, int bs, int last, float[] d, int dp, int ds, float[] c, int cp, int cs";

  private static final String ARGUMENTS = "kc, a, ap, as, b, bp, bs, last, d, dp, ds, c, cp, cs";

  private static final List<String> FORMS = List.of("tile", "packed");

  /** Added to the number of a tile whose operands are packed, as TileNumber does. */
  private static final int PACKED = 1 << 7;

  private void dispatch(int[] maxRows, int maxPacked, String conditionOnA) {
    line("");
    line("  /** Which kernel has a tile of rows x vectors for operands with these steps. */");
    line("  static int number(int rows, int vectors, int as, int bs) {");
    String most = maxPacked < maxRows.length ? " && vectors <= " + maxPacked : "";
    line("    boolean packed = bs == vectors * LANES" + conditionOnA + most + ";");
    line("    return TileNumber.of(rows, vectors, packed);");
    line("  }");
    line("");
    line("  /** {@code C = D + A B} with the kernel of that number. */");
    line("  static void tile(int number, " + PARAMETERS + ") {");
    line("    switch (number) {");
    for (int vectors = 1; vectors <= maxRows.length; vectors++) {
      for (int rows = 1; rows <= maxRows[vectors - 1]; rows++) {
        for (String form : vectors <= maxPacked ? FORMS : FORMS.subList(0, 1)) {
          int number = rows + (vectors << 4) + (form.equals("packed") ? PACKED : 0);
          line("      case " + number + " ->");
          line("          " + form + rows + "x" + vectors + "(" + ARGUMENTS + ");");
        }
      }
    }
    line("      default -> throw new AssertionError(number);");
    line("    }");
    line("  }");
  }

  private void tile(
      String form, int rows, int vectors, String stepOfB, String stepOfA, Access access) {
    line("");
    line("  private static void " + form + rows + "x" + vectors + "(" + PARAMETERS + ") {");
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < vectors; j++) {
        line("    FloatVector " + sum(i, j) + " = FloatVector.zero(FLOATS);");
      }
      statement("    ", access.index.apply(i));
    }
    line("    for (int k = 0; k < kc; k++) {");
    statement("      ", access.position.apply(stepOfA));
    for (int j = 0; j < vectors; j++) {
      String at = "bp + k * " + stepOfB + column(j, vectors);
      line("      FloatVector b" + j + " = FloatVector.fromArray(FLOATS, b, " + at + ");");
    }
    for (int i = 0; i < rows; i++) {
      String value = access.element.apply(i);
      line("      FloatVector v" + i + " = FloatVector.broadcast(FLOATS, " + value + ");");
      for (int j = 0; j < vectors; j++) {
        line("      " + sum(i, j) + " = v" + i + ".fma(b" + j + ", " + sum(i, j) + ");");
      }
      statement("      ", i < rows - 1 ? access.next : "");
    }
    line("    }");
    for (int i = 0; i < rows; i++) {
      // All of a row of D is read before C is written: the last vector may overlap the one before.
      for (int j = 0; j < vectors; j++) {
        String at = "dp + " + i + " * ds" + column(j, vectors);
        String d = "FloatVector.fromArray(FLOATS, d, " + at + ")";
        line("    " + sum(i, j) + " = " + d + ".add(" + sum(i, j) + ");");
      }
      for (int j = 0; j < vectors; j++) {
        String at = "cp + " + i + " * cs" + column(j, vectors);
        line("    " + sum(i, j) + ".intoArray(c, " + at + ");");
      }
    }
    line("  }");
  }

  /** Products of few rows of A with some rows of B that pass by once. */
  private String writeStream() {
    header();
    line("import jdk.incubator.vector.FloatVector;");
    line("");
    line("/**");
    line(
        " * {@code S = S + A B} for few rows of A and a group of k, along whole rows of B: how a B that is");
    line(" * used once is read at the speed of memory. Written by TileGenerator.");
    line(" */");
    line("final class StreamTiles {");
    line("  private StreamTiles() {}");
    // With the elements of A, the sums and a row of B at most 26 of 32 registers.
    stream(4, 4);
    stream(2, 8);
    stream(1, 8);
    stream(1, 1);
    line("}");
    return text.toString();
  }

  private void stream(int rows, int group) {
    line("");
    line(
        "  /** "
            + rows
            + " rows of A, "
            + group
            + " of B; S is rows x length, whole vectors, rows apart by ss. */");
    line(
        "  static void rows"
            + rows
            + "x"
            + group
            + "(int length, float[] a, int ap, int as, int ak, float[] b, int bp, int bs, float[] s, int sp, int ss) {");
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < group; k++) {
        line(
            "    FloatVector a"
                + i
                + "_"
                + k
                + " = FloatVector.broadcast(FLOATS, a[ap + "
                + i
                + " * as + "
                + k
                + " * ak]);");
      }
    }
    for (int k = 1; k < group; k++) {
      line("    int b" + k + " = bp + " + k + " * bs;");
    }
    line("    for (int j = 0; j < length; j += LANES) {");
    for (int i = 0; i < rows; i++) {
      line(
          "      FloatVector s"
              + i
              + " = FloatVector.fromArray(FLOATS, s, sp + "
              + i
              + " * ss + j);");
    }
    for (int k = 0; k < group; k++) {
      line(
          "      FloatVector v"
              + k
              + " = FloatVector.fromArray(FLOATS, b, "
              + (k == 0 ? "bp" : "b" + k)
              + " + j);");
      for (int i = 0; i < rows; i++) {
        line("      s" + i + " = a" + i + "_" + k + ".fma(v" + k + ", s" + i + ");");
      }
    }
    for (int i = 0; i < rows; i++) {
      line("      s" + i + ".intoArray(s, sp + " + i + " * ss + j);");
    }
    line("    }");
    line("  }");
  }

  /**
   * The transpose of LANES x LANES elements, in two ways. By exchange: in stage s rows i and i + s
   * exchange the lanes whose number has bit s in the one and lacks it in the other (J. Eklundh,
   * 1972). By rotation: row i is rotated by i lanes, column l by l rows, in stages without a
   * shuffle, and row i back; that needs half the shuffles, but a pattern for each row.
   *
   * <p>A block of 16 x 16 takes 147 cycles by rotation and 155 to 235 by exchange on Temurin 25,
   * 280 and 235 on JDK 17, each stage with shuffles (AMD EPYC Zen 4, 2026-11-24). One of 8 x 8
   * takes 28.5 ns by exchange with shuffles only and 23.1 as it is now on Temurin 25, 23.5 and 19.8
   * on JDK 17 (AMD EPYC Zen 3, 2026-11-26).
   */
  private String writeTranspose() {
    header();
    line("import jdk.incubator.vector.FloatVector;");
    line("import jdk.incubator.vector.VectorMask;");
    line("import jdk.incubator.vector.VectorOperators;");
    line("import jdk.incubator.vector.VectorShuffle;");
    line("");
    line("/** The transpose of a block of LANES x LANES elements. Written by TileGenerator. */");
    line("final class TransposeTile {");
    for (int bit = 1; bit <= 8; bit *= 2) {
      if (bit == 2 || bit == 4) { // the others need none: see exchange
        line("  private static final VectorShuffle<Float> UP" + bit + " =");
        line("      VectorShuffle.fromOp(FLOATS, l -> Math.min(l + " + bit + ", LANES - 1));");
        line("  private static final VectorShuffle<Float> DOWN" + bit + " =");
        line("      VectorShuffle.fromOp(FLOATS, l -> Math.max(l - " + bit + ", 0));");
      }
      line("  private static final VectorMask<Float> BIT" + bit + " =");
      line("      VectorMask.fromLong(FLOATS, bits(" + bit + "));");
    }
    line("");
    line("  private static final boolean ROTATES = Runtime.version().feature() >= 25;");
    for (int i = 0; i < ROTATED; i++) {
      line("  private static final VectorShuffle<Float> FORTH" + i + " =");
      line("      VectorShuffle.fromOp(FLOATS, l -> (l + " + i + ") & (LANES - 1));");
      line("  private static final VectorShuffle<Float> BACK" + i + " =");
      line("      VectorShuffle.fromOp(FLOATS, l -> (" + i + " - l) & (LANES - 1));");
    }
    line("");
    line("  private TransposeTile() {}");
    line("");
    line("  private static long bits(int bit) {");
    line("    long bits = 0;");
    line("    for (int l = 0; l < LANES; l++) {");
    line("      bits |= (l & bit) != 0 ? 1L << l : 0;");
    line("    }");
    line("    return bits;");
    line("  }");
    line("");
    line("  /** {@code to[tp + i ts + j] = from[fp + j fs + i]} for i, j < LANES. */");
    line("  static void transpose(float[] from, int fp, int fs, float[] to, int tp, int ts) {");
    line("    switch (LANES) {");
    for (int lanes = 4; lanes <= 16; lanes *= 2) {
      line("      case " + lanes + " -> {");
      if (lanes == ROTATED) {
        line("        if (ROTATES) {");
        line("          rotate" + lanes + "(from, fp, fs, to, tp, ts);");
        line("          return;");
        line("        }");
      }
      line("        exchange" + lanes + "(from, fp, fs, to, tp, ts);");
      line("      }");
    }
    line("      default -> throw new AssertionError(LANES);");
    line("    }");
    line("  }");
    for (int lanes = 4; lanes <= 16; lanes *= 2) {
      exchange(lanes);
    }
    rotate(ROTATED);
    line("}");
    return text.toString();
  }

  /** Lanes of the vectors whose blocks can be rotated. */
  private static final int ROTATED = 16;

  private static final String TRANSPOSE_PARAMETERS =
      "(float[] from, int fp, int fs, float[] to, int tp, int ts) {";

  private void rotate(int lanes) {
    line("");
    line("  private static void rotate" + lanes + TRANSPOSE_PARAMETERS);
    for (int i = 0; i < lanes; i++) {
      String row = "FloatVector.fromArray(FLOATS, from, fp + " + i + " * fs)";
      line("    FloatVector r0_" + i + " = " + row + ".rearrange(FORTH" + i + ");");
    }
    int stage = 0;
    for (int bit = lanes / 2; bit >= 1; bit /= 2) {
      String from = "r" + stage + "_";
      String to = "r" + (stage + 1) + "_";
      for (int i = 0; i < lanes; i++) {
        String other = from + ((i - bit + lanes) % lanes);
        line(
            "    FloatVector "
                + to
                + i
                + " = "
                + from
                + i
                + ".blend("
                + other
                + ", BIT"
                + bit
                + ");");
      }
      stage++;
    }
    for (int i = 0; i < lanes; i++) {
      String row = "r" + stage + "_" + i + ".rearrange(BACK" + i + ")";
      line("    " + row + ".intoArray(to, tp + " + i + " * ts);");
    }
    line("  }");
  }

  /**
   * The stages in turn, from the one of the half rows, which loads do: a load that begins half a
   * row earlier or later has its lanes where they belong. That of single lanes shifts pairs of
   * them.
   */
  private void exchange(int lanes) {
    line("");
    line("  private static void exchange" + lanes + TRANSPOSE_PARAMETERS);
    int half = lanes / 2;
    for (int i = 0; i < half; i++) {
      int k = i + half;
      blend("FloatVector r" + i, row(i, ""), row(k, " - " + half), half);
      blend("FloatVector r" + k, row(i, " + " + half), row(k, ""), half);
    }
    line("    FloatVector t;");
    for (int bit = half / 2; bit >= 1; bit /= 2) {
      for (int i = 0; i < lanes; i++) {
        if ((i & bit) == 0) {
          String a = "r" + i;
          String b = "r" + (i + bit);
          blend("t", a, lanesMoved(b, "DOWN", "LSHL", bit), bit);
          blend(b, lanesMoved(a, "UP", "LSHR", bit), b, bit);
          line("    " + a + " = t;");
        }
      }
    }
    for (int i = 0; i < lanes; i++) {
      line("    r" + i + ".intoArray(to, tp + " + i + " * ts);");
    }
    line("  }");
  }

  /** {@code to} gets the lanes of {@code b} whose number has a bit, and others of {@code a}. */
  private void blend(String to, String a, String b, int bit) {
    line("    " + to + " = " + a + ".blend(" + b + ", BIT" + bit + ");");
  }

  private static String row(int i, String shift) {
    return "FloatVector.fromArray(FLOATS, from, fp + " + i + " * fs" + shift + ")";
  }

  /** The lanes moved by as many places as the bit says. */
  private static String lanesMoved(String vector, String shuffle, String shift, int bit) {
    if (bit > 1) {
      return vector + ".rearrange(" + shuffle + bit + ")";
    }
    return vector
        + ".reinterpretAsLongs().lanewise(VectorOperators."
        + shift
        + ", Float.SIZE).reinterpretAsFloats()";
  }

  private void header() {
    line("package dev.nn.simd;");
    line("");
    line("import static dev.nn.simd.Species.FLOATS;");
    line("import static dev.nn.simd.Lanes.LANES;");
    line("");
  }

  private static String sum(int i, int j) {
    return "c" + i + "_" + j;
  }

  /** What is added to the position of a row for one of its vectors. */
  private static String column(int j, int vectors) {
    return j > 0 && j == vectors - 1 ? " + last" : lanes(j);
  }

  private static String lanes(int j) {
    return j == 0 ? "" : " + " + j + " * LANES";
  }

  private void statement(String indent, String statement) {
    if (!statement.isEmpty()) {
      line(indent + statement);
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
