package dev.nn.bench;

import dev.nn.train.Schedule;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/** The learning-rate schedules that the command line knows. */
enum ScheduleName {
  CONSTANT(Schedule.constant()),
  EXPONENTIAL(Schedule.exponential(0.9)),
  COSINE(Schedule.cosine(0)),
  ONE_CYCLE(Schedule.oneCycle());

  private final Schedule schedule;

  ScheduleName(Schedule schedule) {
    this.schedule = schedule;
  }

  Schedule schedule() {
    return schedule;
  }

  /** Reads a name. */
  static final class Converter implements ITypeConverter<ScheduleName> {
    @Override
    public ScheduleName convert(String value) {
      return Converters.oneOf(List.of(values()), ScheduleName::toString, value);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
