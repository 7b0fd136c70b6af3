package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.data.CsvReader;
import dev.nn.data.Dataset;
import dev.nn.data.Split;
import dev.nn.spi.Backends;
import dev.nn.train.Adam;
import dev.nn.train.Checkpoints;
import dev.nn.train.History;
import dev.nn.train.ReduceOnPlateau;
import dev.nn.train.Schedule;
import dev.nn.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;

/** A training of some seconds with many checkpoints, in a JVM that {@link KillTest} kills. */
final class KilledTraining {
  private static final Path DIGITS = Path.of("src/main/resources/dev/nn/bench/digits.csv.gz");

  private final Split rows;

  private KilledTraining(Split rows) {
    this.rows = rows;
  }

  static KilledTraining ofDigits() throws IOException {
    Dataset digits = CsvReader.classification().read(DIGITS);
    return new KilledTraining(digits.stratifiedSplit(0.2, 1));
  }

  /**
   * Goes on from the last checkpoint, if there is any, to the end.
   *
   * @param args folder, backend, threads
   */
  public static void main(String[] args) throws IOException {
    Checkpoints checkpoints = Checkpoints.everySteps(Path.of(args[0]), 5);
    KilledTraining training = ofDigits();
    training
        .trainer()
        .checkpoints(checkpoints)
        .threads(Integer.parseInt(args[2]))
        .build()
        .resume(training.network(args[1]), training.rows.train(), training.rows.test());
  }

  /** The whole training, without checkpoints. */
  History run(Network network) {
    return trainer().build().fit(network, rows.train(), rows.test());
  }

  /** What is left of it after the last checkpoint of a folder. */
  History resume(Path folder, Network network) {
    return trainer()
        .checkpoints(Checkpoints.everyEpoch(folder))
        .build()
        .resume(network, rows.train(), rows.test());
  }

  private Trainer.Builder trainer() {
    return Trainer.builder()
        .optimizer(Adam.of(0.003))
        .schedule(Schedule.cosine(0))
        .reduceOnPlateau(ReduceOnPlateau.of(0.7, 1))
        .batchSize(64)
        .epochs(60)
        .l2(0.001)
        .seed(3);
  }

  Network network(String backend) {
    return Network.initialize(
        Architecture.input(64)
            .dense(32, Activation.RELU)
            .normalize(Normalization.batch())
            .dropout(0.2)
            .dense(10, Activation.SOFTMAX),
        1,
        Backends.named(backend));
  }
}
