package dev.nn.train;

import dev.nn.data.RowSource;
import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import dev.nn.io.SafetensorsWriter;
import dev.nn.io.TensorInfo;
import dev.nn.json.JsonException;
import dev.nn.json.JsonReader;
import dev.nn.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a training needs to go on, as tensors, and the text {@code nn.checkpoint} beside them:
 * {@code {"version":1,"settings":{"batch size":"32", ...}}}.
 */
final class TrainingState {
  private static final String KEY = "nn.checkpoint";
  private static final int VERSION = 1;

  private static final String HISTORY = "history";
  private static final String LEARNING_RATE = "learning_rate";
  private static final String BEST = "best";

  /** Losses and accuracies of training and validation rows, and the time. */
  private static final int COLUMNS = 5;

  private final Map<String, String> settings;
  private final Training training;
  private final Best best;
  private final List<History.Epoch> seen;
  private final RowSource train;
  private final boolean validates;

  /**
   * Of one training, as it is at each call.
   *
   * @param settings what a training that goes on must have in common with this one
   * @param seen the epochs so far
   */
  TrainingState(
      Map<String, String> settings,
      Training training,
      Best best,
      List<History.Epoch> seen,
      RowSource train,
      boolean validates) {
    this.settings = settings;
    this.training = training;
    this.best = best;
    this.seen = seen;
    this.train = train;
    this.validates = validates;
  }

  /** What is to be written before the next step. */
  SafetensorsWriter writer() {
    SafetensorsWriter writer = new SafetensorsWriter().metadata(KEY, text());
    double[] history = new double[seen.size() * COLUMNS];
    for (int e = 0; e < seen.size(); e++) {
      write(seen.get(e), history, e * COLUMNS);
    }
    double[] learningRate = training.learningRate().state();
    double[] ofBest = best.state();
    writer.doubles(HISTORY, () -> history, seen.size(), COLUMNS);
    writer.doubles(LEARNING_RATE, () -> learningRate, learningRate.length);
    writer.doubles(BEST, () -> ofBest, ofBest.length);
    training.pass().addTo(writer);
    best.parameters().ifPresent(kept -> kept.addTo(writer, BEST + "."));
    return writer;
  }

  private String text() {
    JsonWriter json = new JsonWriter().openObject();
    json.key("version").value(VERSION).key("settings").openObject();
    settings.forEach((name, value) -> json.key(name).value(value));
    return json.closeObject().closeObject().toString();
  }

  private static void write(History.Epoch epoch, double[] row, int at) {
    Score validation = epoch.validation().orElse(new Score(Double.NaN, Double.NaN));
    row[at] = epoch.train().loss();
    row[at + 1] = epoch.train().accuracy();
    row[at + 2] = validation.loss();
    row[at + 3] = validation.accuracy();
    row[at + 4] = epoch.nanos();
  }

  /**
   * Takes over what {@link #writer} has written, the parameters of the network last.
   *
   * @throws IllegalArgumentException if it is of a training with other settings
   * @throws MalformedFileException if the content is not what it must be
   */
  void read(SafetensorsReader file) throws IOException {
    requireSettings(file);
    List<History.Epoch> epochs = history(file);
    double[] learningRate = numbers(file, LEARNING_RATE, 3);
    require(file, LEARNING_RATE, learningRate[0] >= 0 && learningRate[0] <= 1);
    requireNatural(file, LEARNING_RATE, learningRate[2], Integer.MAX_VALUE);
    double[] ofBest = numbers(file, BEST, 3);
    requireNatural(file, BEST, ofBest[0], epochs.size());
    require(file, BEST, ofBest[2] == epochs.size() && (ofBest[0] > 0 || epochs.isEmpty()));
    if (best.parameters().isPresent()) {
      best.parameters().get().read(file, BEST + ".");
    }
    training.pass().read(file, train, epochs.size() + 1);
    training.goOnAfter(epochs.size());
    training.learningRate().restore(learningRate);
    best.restore(ofBest);
    seen.clear();
    seen.addAll(epochs);
  }

  private void requireSettings(SafetensorsReader file) throws MalformedFileException {
    String text = file.metadata().get(KEY);
    if (text == null) {
      throw new MalformedFileException(file.file(), "metadata", "there is no '" + KEY + "'");
    }
    Map<String, String> given;
    try {
      given = settings(new JsonReader(text.getBytes(StandardCharsets.UTF_8)));
    } catch (JsonException e) {
      String place = "metadata '%s', byte %d".formatted(KEY, e.position());
      throw new MalformedFileException(file.file(), place, e.getMessage(), e);
    }
    settings.forEach(
        (name, value) -> {
          if (!value.equals(given.get(name))) {
            throw new IllegalArgumentException(
                "%s is of a training with %s %s, but this one has %s"
                    .formatted(file.file(), name, given.get(name), value));
          }
        });
  }

  private static Map<String, String> settings(JsonReader json) throws JsonException {
    json.openObject();
    json.requireVersion(VERSION);
    if (!"settings".equals(json.nextKey())) {
      throw json.error("expected the settings");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    json.openObject();
    for (String name = json.nextKey(); name != null; name = json.nextKey()) {
      settings.put(name, json.string());
    }
    json.closeObject();
    json.end();
    return settings;
  }

  private List<History.Epoch> history(SafetensorsReader file) throws IOException {
    TensorInfo tensor = file.tensor(HISTORY).orElseThrow(() -> file.error(HISTORY, "is missing"));
    require(
        file, HISTORY, tensor.shape().size() == 2 && tensor.shape().get(1).equals((long) COLUMNS));
    double[] rows = file.readDoubles(HISTORY);
    List<History.Epoch> epochs = new ArrayList<>();
    for (int at = 0; at < rows.length; at += COLUMNS) {
      requireNatural(file, HISTORY, rows[at + 4], 1L << 53);
      epochs.add(
          new History.Epoch(
              epochs.size() + 1,
              new Score(rows[at], rows[at + 1]),
              validates ? Optional.of(new Score(rows[at + 2], rows[at + 3])) : Optional.empty(),
              train.rows(),
              Math.max(1, (long) rows[at + 4])));
    }
    return epochs;
  }

  /** A row of numbers that must be there. */
  static double[] numbers(SafetensorsReader file, String name, int length) throws IOException {
    file.require(name, length);
    return file.readDoubles(name);
  }

  /** Refuses what is not an integer from 0 to the greatest. */
  static void requireNatural(SafetensorsReader file, String name, double value, long greatest)
      throws MalformedFileException {
    if (!(value >= 0 && value <= greatest && value == Math.rint(value))) {
      throw file.error(name, "has %s, allowed: integers from 0 to %d".formatted(value, greatest));
    }
  }

  private static void require(SafetensorsReader file, String name, boolean condition)
      throws MalformedFileException {
    if (!condition) {
      throw file.error(name, "its shape or numbers are none of a checkpoint");
    }
  }
}
