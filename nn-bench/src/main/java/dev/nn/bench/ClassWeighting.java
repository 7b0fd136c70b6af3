package dev.nn.bench;

import dev.nn.data.ClassWeights;
import dev.nn.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;

/**
 * How much the training rows of each class count.
 *
 * @param weights one for each class; empty for balanced ones, which the training rows decide
 */
record ClassWeighting(List<Float> weights) {
  private static final String BALANCED = "balanced";

  /** Reads {@code balanced}, or a list of weights such as {@code 1,2.5}. */
  static final class Converter implements ITypeConverter<ClassWeighting> {
    @Override
    public ClassWeighting convert(String value) {
      if (value.equals(BALANCED)) {
        return new ClassWeighting(List.of());
      }
      List<Float> weights = new ArrayList<>();
      for (String weight : value.split(",", -1)) {
        double number = Converters.number(weight);
        if (!(number >= 0 && number <= Float.MAX_VALUE)) {
          throw refusal(value);
        }
        weights.add((float) number);
      }
      if (weights.size() < 2 || weights.stream().allMatch(weight -> weight == 0)) {
        throw refusal(value);
      }
      return new ClassWeighting(List.copyOf(weights));
    }

    private static RuntimeException refusal(String value) {
      return Converters.refusal(
          value, "balanced, or a list of weights from 0 for two or more classes such as 1,2.5");
    }
  }

  /**
   * The weights for training rows.
   *
   * @throws IllegalArgumentException if they are not one for each class, or a class has no rows to
   *     be balanced
   */
  float[] of(Dataset train) {
    if (weights.isEmpty()) {
      return ClassWeights.balanced(train);
    }
    int classes = train.classNames().size();
    if (weights.size() != classes) {
      throw new IllegalArgumentException(
          "%d weights, but the data have %d classes".formatted(weights.size(), classes));
    }
    float[] array = new float[classes];
    for (int c = 0; c < classes; c++) {
      array[c] = weights.get(c);
    }
    return array;
  }

  @Override
  public String toString() {
    return weights.isEmpty()
        ? BALANCED
        : weights.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
