package dev.nn.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages files, each a function of seed and number. */
final class Mutator {
  private static final String[] NUMBERS = {
    "0",
    "1",
    "-1",
    "2",
    "7",
    "8",
    "255",
    "256",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e400",
    "0.5",
    "-0",
    "1e-400",
    "00",
    "100000000000000000000000000000000"
  };

  private static final long[] WORDS = {
    0, 1, -1, 7, 8, 100_000_000, 100_000_001, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private static final byte[] BYTES =
      "\0\1 \"\\{}[],:.-+e09\u007f".getBytes(StandardCharsets.US_ASCII);

  private final List<byte[]> corpus;
  private final List<byte[]> tokens;
  private final SplittableRandom random;

  private Mutator(List<byte[]> corpus, List<byte[]> tokens, SplittableRandom random) {
    this.corpus = corpus;
    this.tokens = tokens;
    this.random = random;
  }

  /** One file of the corpus with one change or a few. */
  static byte[] mutate(Target target, List<byte[]> corpus, long seed, long number) {
    SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + number);
    Mutator mutator = new Mutator(corpus, target.tokens(), random);
    byte[] file = mutator.any(corpus);
    do {
      file = mutator.change(file);
    } while (random.nextInt(3) > 0);
    return random.nextInt(4) > 0 ? target.repair(file) : file;
  }

  private byte[] any(List<byte[]> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private byte[] change(byte[] file) {
    int at = random.nextInt(file.length + 1);
    int length = Math.min(file.length - at, 1 + random.nextInt(random.nextBoolean() ? 4 : 64));
    return switch (random.nextInt(11)) {
      case 0 -> replace(file, at, 1, noise(1));
      case 1 -> replace(file, at, 1, new byte[] {BYTES[random.nextInt(BYTES.length)]});
      case 2 -> replace(file, at, length, new byte[0]);
      case 3 -> replace(file, at, 0, noise(length));
      case 4 -> replace(file, at, 0, Arrays.copyOfRange(file, at, at + length));
      case 5 -> replace(file, at, random.nextBoolean() ? length : 0, range(any(corpus)));
      case 6 -> Arrays.copyOf(file, at);
      case 7 -> replace(file, at, 0, any(tokens));
      case 8 -> replace(file, random.nextBoolean() ? 0 : at, 8, word());
      case 9 -> flip(file, at);
      default -> number(file, at);
    };
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] word() {
    return ByteBuffer.allocate(Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(WORDS[random.nextInt(WORDS.length)])
        .array();
  }

  private static byte[] flip(byte[] file, int at) {
    byte[] flipped = file.clone();
    if (at < file.length) {
      flipped[at] ^= (byte) (1 << (at & 7));
    }
    return flipped;
  }

  /** Another number in the place of the first one from a position on. */
  private byte[] number(byte[] file, int at) {
    int from = at;
    while (from < file.length && !isDigit(file[from])) {
      from++;
    }
    int to = from;
    while (to < file.length && isDigit(file[to])) {
      to++;
    }
    String other =
        random.nextBoolean()
            ? NUMBERS[random.nextInt(NUMBERS.length)]
            : Integer.toString(random.nextInt(64));
    return replace(file, from, to - from, other.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  private byte[] range(byte[] file) {
    int from = random.nextInt(file.length + 1);
    return Arrays.copyOfRange(file, from, from + random.nextInt(file.length - from + 1));
  }

  private static byte[] replace(byte[] file, int at, int length, byte[] by) {
    int removed = Math.min(length, file.length - at);
    byte[] changed = new byte[file.length - removed + by.length];
    System.arraycopy(file, 0, changed, 0, at);
    System.arraycopy(by, 0, changed, at, by.length);
    System.arraycopy(file, at + removed, changed, at + by.length, file.length - at - removed);
    return changed;
  }
}
