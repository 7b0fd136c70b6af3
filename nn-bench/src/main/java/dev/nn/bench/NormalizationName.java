package dev.nn.bench;

import dev.nn.Architecture;
import dev.nn.Normalization;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/** The normalizations that the command line knows. */
enum NormalizationName {
  NONE(Optional.empty()),
  LAYER(Optional.of(Normalization.layer())),
  BATCH(Optional.of(Normalization.batch()));

  private final Optional<Normalization> normalization;

  NormalizationName(Optional<Normalization> normalization) {
    this.normalization = normalization;
  }

  /** The architecture with this normalization in its last layer so far. */
  Architecture of(Architecture layers) {
    return normalization.map(layers::normalize).orElse(layers);
  }

  /** Reads a name. */
  static final class Converter implements ITypeConverter<NormalizationName> {
    @Override
    public NormalizationName convert(String value) {
      return Converters.oneOf(List.of(values()), NormalizationName::toString, value);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
