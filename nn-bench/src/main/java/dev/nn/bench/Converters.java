package dev.nn.bench;

import dev.nn.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Values of options: each converter takes what is allowed and says what that is otherwise. */
final class Converters {
  private static final int MAX_THREADS = 1024;

  private Converters() {}

  /** A whole number from 1. */
  static final class PositiveInt implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return positive(value, Integer.MAX_VALUE);
    }
  }

  /** A whole number from 1 to 1024. */
  static final class Threads implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return positive(value, MAX_THREADS);
    }
  }

  /** A number above 0 that a float can hold. */
  static final class PositiveNumber implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      double number = number(value);
      if (!((float) number > 0 && number <= Float.MAX_VALUE)) {
        throw refusal(value, "a number above 0");
      }
      return number;
    }
  }

  /** A number from 0 that a float can hold. */
  static final class NonNegativeNumber implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      double number = number(value);
      if (!(number >= 0 && number <= Float.MAX_VALUE)) {
        throw refusal(value, "a number of 0 or more");
      }
      return number;
    }
  }

  /** A part that is neither nothing nor all. */
  static final class Share implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      double number = number(value);
      if (!(number > 0 && number < 1)) {
        throw refusal(value, "a number above 0 and below 1");
      }
      return number;
    }
  }

  /** A probability that leaves something. */
  static final class Rate implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      double number = number(value);
      if (!(number >= 0 && number < 1)) {
        throw refusal(value, "a number of at least 0 and below 1");
      }
      return number;
    }
  }

  /** An activation that hidden layers can have. */
  static final class HiddenActivation implements ITypeConverter<Activation> {
    private static final List<Activation> CHOICES =
        Arrays.stream(Activation.values()).filter(g -> g != Activation.SOFTMAX).toList();

    @Override
    public Activation convert(String value) {
      return oneOf(CHOICES, Converters::name, value);
    }
  }

  /** Sizes of the hidden layers, such as {@code 128,64}; {@code none} for no hidden layer. */
  record HiddenSizes(List<Integer> sizes) {
    /** Reads the list. */
    static final class Converter implements ITypeConverter<HiddenSizes> {
      @Override
      public HiddenSizes convert(String value) {
        if (value.equals("none")) {
          return new HiddenSizes(List.of());
        }
        try {
          return new HiddenSizes(
              Arrays.stream(value.split(",", -1))
                  .map(size -> positive(size, Integer.MAX_VALUE))
                  .toList());
        } catch (TypeConversionException e) {
          throw refusal(value, "a list of layer sizes such as 128,64, or none");
        }
      }
    }

    @Override
    public String toString() {
      return sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
  }

  /** The word for an activation. */
  static String name(Activation activation) {
    return activation.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The choice that has the name. */
  static <T> T oneOf(List<T> choices, Function<T, String> name, String value) {
    return choices.stream()
        .filter(choice -> name.apply(choice).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                refusal(
                    value,
                    "one of " + choices.stream().map(name).collect(Collectors.joining(", "))));
  }

  private static int positive(String value, int max) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // refused below, like a number out of range
    }
    throw refusal(value, "a whole number from 1 to " + max);
  }

  static double number(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      return Double.NaN; // outside every range
    }
  }

  static TypeConversionException refusal(String value, String expected) {
    return new TypeConversionException("'" + value + "' is not " + expected);
  }
}
