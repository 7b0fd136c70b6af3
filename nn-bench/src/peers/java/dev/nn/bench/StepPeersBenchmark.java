package dev.nn.bench;

import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.Predictor;
import dev.nn.spi.Backend;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Training steps or predictions of the backend {@code simd} and of other libraries, in one JVM and
 * in turn.
 *
 * <p>A step is forward propagation, loss, backpropagation and update, float32, always on the same
 * batch in memory, by the rule of {@link StepNetwork}. Before the rounds everyone takes three steps
 * from the same parameters, with the rule and with one that has a learning rate at which losses
 * move; the losses must agree. Predictions go through a reused {@link Predictor}, which has one
 * thread whatever {@code --threads} says, and everyone's outputs must agree with them.
 *
 * <p>Everyone has the batch where it wants it before the clock starts, uses its own layers, losses
 * and optimisers, and what it offers to make many small calls cheap: {@link Libtorch}, {@link
 * OnnxRuntime} and {@link Deeplearning4j} say what that is. Losses and outputs stay where they are
 * computed.
 *
 * <p>A library that cannot be loaded or does not train is left out, with the reason. From the root
 * of the project, for one thread:
 *
 * <pre>
 * mvn -q -Pquick,peers test-compile
 * env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OMP_NUM_THREADS=1 \
 *   java --add-modules=jdk.incubator.vector \
 *   -cp "nn-bench/target/test-classes:nn-bench/target/classes:$(cat nn-bench/target/peers.classpath)" \
 *   dev.nn.bench.StepPeersBenchmark --threads 1
 * </pre>
 *
 * <p>The same with {@code --mode predict} for predictions. For two threads say 2 in both places and
 * add {@code OMP_WAIT_POLICY=PASSIVE GOMP_SPINCOUNT=100000 KMP_BLOCKTIME=1}, so that OpenMP's
 * threads sleep when others have their turn, but not between small products.
 */
@Command(
    name = "StepPeersBenchmark",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = "Compare training steps and predictions with those of other libraries.")
final class StepPeersBenchmark extends PeersBenchmark {
  /**
   * Keeps JavaCPP from registering each object for the garbage collector, which costs a tenth of a
   * small step; both libraries that use it free what they make themselves.
   */
  private static final String NO_POINTER_COLLECTION = "org.bytedeco.javacpp.nopointergc";

  private static final long SEED = 42;
  private static final int CHECKED_STEPS = 3;

  /** Greatest difference of two losses, relative, and of outputs, relative to the greatest. */
  private static final float TOLERANCE = 1e-4f;

  /** How far losses must at least move in the steps that are checked, relative. */
  private static final double MOVEMENT = 10 * TOLERANCE;

  /** The most calls between two looks at the clock; some libraries take 0.2 ms for each. */
  private static final int CALLS = 50;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "train",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Mode mode;

  @Option(
      names = "--networks",
      paramLabel = "NETWORK",
      split = ",",
      description = "Those of StepNetwork, to predict those of PredictNetwork (default: all).")
  List<String> networks = List.of();

  @Option(
      names = "--batches",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,32,1024",
      converter = Converters.PositiveInt.class,
      description = "Rows of a prediction (default: ${DEFAULT-VALUE}).")
  List<Integer> batches;

  @Option(
      names = "--peers",
      paramLabel = "PEER",
      split = ",",
      defaultValue = "libtorch,onnxruntime,deeplearning4j",
      description = "Libraries to compare with (default: ${DEFAULT-VALUE}).")
  Set<StepPeer> peers;

  /** What is compared. */
  enum Mode {
    /** Training steps. */
    TRAIN,
    /** Inference. */
    PREDICT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A line of the table, whose first call is ours. */
  private record Line(String network, int rows, double flops, List<Runnable> calls) {
    Contestant contestant(int index) {
      return new Contestant(flops, CALLS, calls.get(index));
    }
  }

  /** What a line compares: ours at once, the others when all of ours are compiled. */
  private interface Comparison {
    Line line();

    Runnable theirs(StepPeer peer);
  }

  /**
   * Measures and ends the JVM: status 0 if all went well, 1 if results differ, 2 if it refuses.
   *
   * @param args options
   */
  public static void main(String[] args) {
    System.setProperty(NO_POINTER_COLLECTION, "true");
    runAndExit(new StepPeersBenchmark(), args);
  }

  @Override
  void requireSensible() {
    if (mode == Mode.TRAIN) {
      chosen(StepNetwork.class);
    } else {
      chosen(PredictNetwork.class);
    }
  }

  private <E extends Enum<E>> List<E> chosen(Class<E> type) {
    List<E> all = List.of(type.getEnumConstants());
    if (networks.isEmpty()) {
      return all;
    }
    return networks.stream()
        .map(
            name ->
                all.stream()
                    .filter(network -> network.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(
                        () -> refusal("there is no network " + name + " to " + mode + ": " + all)))
        .toList();
  }

  @Override
  void compare(Backend backend, Workers workers) {
    List<StepPeer> opened = peers.stream().sorted().filter(this::open).toList();
    List<Comparison> comparisons = comparisons(backend, workers).toList();
    // before the first of a peer, so that C2 sees nothing but ours when it compiles it, and after
    warmUpOurs(comparisons);
    for (Comparison comparison : comparisons) {
      for (StepPeer peer : opened) {
        comparison.line().calls().add(comparison.theirs(peer));
        rate(comparison.line().contestant(comparison.line().calls().size() - 1), warmUp);
      }
    }
    warmUpOurs(comparisons);
    TextTable table = new TextTable(List.of(header(opened), widest(opened)));
    print(table.line(header(opened)));
    comparisons.forEach(
        comparison -> print(table.line(measure(comparison.line(), opened, workers))));
  }

  private void warmUpOurs(List<Comparison> comparisons) {
    comparisons.forEach(comparison -> rate(comparison.line().contestant(0), warmUp));
  }

  private boolean open(StepPeer peer) {
    return open(
        peer.toString(),
        () -> {
          if (mode == Mode.TRAIN && !peer.trains()) {
            throw new IllegalStateException("does not train");
          }
          return peer.open(threads);
        });
  }

  private Stream<Comparison> comparisons(Backend backend, Workers workers) {
    if (mode == Mode.TRAIN) {
      return chosen(StepNetwork.class).stream()
          .map(network -> new Steps(network, backend, workers));
    }
    return chosen(PredictNetwork.class).stream()
        .flatMap(network -> batches.stream().map(rows -> new Predictions(network, rows, backend)));
  }

  /** Steps of one network. */
  private static final class Steps implements Comparison {
    private final StepNetwork network;
    private final Backend backend;
    private final Workers workers;
    private final Line line;

    Steps(StepNetwork network, Backend backend, Workers workers) {
      this.network = network;
      this.backend = backend;
      this.workers = workers;
      Backpropagation backpropagation = backpropagation();
      float[] x = network.features();
      float[] y = network.targets();
      line =
          new Line(
              network.name(),
              network.batch(),
              network.flops(),
              new ArrayList<>(
                  List.of(() -> backpropagation.step(network.batch(), x, y, network.rule()))));
    }

    @Override
    public Line line() {
      return line;
    }

    @Override
    public Runnable theirs(StepPeer peer) {
      if (peer.hasRule(network.rule())) {
        double[] losses = requireEqualLosses(peer, steep(network.rule()));
        if (Math.abs(losses[CHECKED_STEPS - 1] / losses[0] - 1) < MOVEMENT) {
          throw new IllegalStateException(
              network + ": losses hardly move, which checks nothing: " + Arrays.toString(losses));
        }
      }
      requireEqualLosses(peer, network.rule());
      return peer.training(initial(), network, network.rule())::step;
    }

    /** Ours of the first steps. */
    private double[] requireEqualLosses(StepPeer peer, UpdateRule rule) {
      Backpropagation ours = backpropagation();
      StepPeer.Training theirs = peer.training(initial(), network, rule);
      float[] x = network.features();
      float[] y = network.targets();
      double[] losses = new double[CHECKED_STEPS];
      for (int i = 0; i < CHECKED_STEPS; i++) {
        losses[i] = ours.step(network.batch(), x, y, rule) / network.batch();
        double their = theirs.stepForLoss();
        if (!(Math.abs(their - losses[i]) <= TOLERANCE * losses[i])) {
          throw new IllegalStateException(
              peer
                  + " "
                  + network
                  + ": loss of step "
                  + (i + 1)
                  + " is "
                  + their
                  + " for "
                  + losses[i]
                  + " by "
                  + rule);
        }
      }
      return losses;
    }

    private Network initial() {
      return Network.initialize(network.architecture(), SEED, backend);
    }

    private Backpropagation backpropagation() {
      return new Backpropagation(
          initial(),
          Loss.matching(network.architecture().outputActivation()),
          network.batch(),
          workers);
    }

    /** A rule of the same kind whose steps show in the loss. */
    private static UpdateRule steep(UpdateRule rule) {
      if (rule instanceof UpdateRule.Adam adam) {
        return new UpdateRule.Adam(1e-5, adam.beta1(), adam.beta2(), adam.epsilon(), 0);
      }
      if (rule instanceof UpdateRule.Momentum momentum) {
        return new UpdateRule.Momentum(0.1f, momentum.momentum(), 0);
      }
      return new UpdateRule.GradientDescent(0.1f, 0);
    }
  }

  /** Predictions of one network for one number of rows. */
  private static final class Predictions implements Comparison {
    private final Network network;
    private final float[] x;
    private final float[] y;
    private final Line line;

    Predictions(PredictNetwork of, int rows, Backend backend) {
      Architecture architecture = of.architecture();
      network = Network.initialize(architecture, SEED, backend);
      x = of.features(rows);
      y = new float[rows * architecture.outputs()];
      Predictor predictor = network.predictor();
      line =
          new Line(
              of.name(),
              rows,
              of.flops(rows),
              new ArrayList<>(List.of(() -> predictor.predict(rows, x, y))));
    }

    @Override
    public Line line() {
      return line;
    }

    @Override
    public Runnable theirs(StepPeer peer) {
      StepPeer.Prediction theirs = peer.prediction(network, line.rows(), x);
      Arrays.fill(y, Float.NaN);
      line.calls().get(0).run();
      requireClose(
          peer + " " + line.network() + " " + line.rows(),
          y,
          theirs.predictForOutputs(),
          TOLERANCE);
      return theirs::predict;
    }
  }

  private static List<String> header(List<StepPeer> opened) {
    List<String> header =
        new ArrayList<>(List.of("microseconds", "batch", "peak GFLOP/s", "ours", "of peak"));
    opened.forEach(peer -> header.add(peer.toString()));
    header.add("ours/best peer");
    return header;
  }

  private static List<String> widest(List<StepPeer> opened) {
    List<String> row = new ArrayList<>(Collections.nCopies(opened.size() + 6, "100000.0"));
    row.set(0, longestName());
    row.set(1, "1024");
    return row;
  }

  private static String longestName() {
    return Stream.concat(
            Arrays.stream(StepNetwork.values()), Arrays.stream(PredictNetwork.values()))
        .map(Enum::name)
        .collect(Collectors.maxBy((a, b) -> Integer.compare(a.length(), b.length())))
        .orElseThrow();
  }

  /** A line of the table: microseconds, and speeds as quotients. */
  private List<String> measure(Line line, List<StepPeer> opened, Workers workers) {
    List<Contestant> contestants = new ArrayList<>(List.of(peak(workers)));
    for (int i = 0; i < line.calls().size(); i++) {
      contestants.add(line.contestant(i));
    }
    double[][] rates = rates(contestants);
    double[] peak = rates[0];
    double[] ours = rates[1];
    List<String> texts = new ArrayList<>();
    texts.add(line.network());
    texts.add(String.valueOf(line.rows()));
    texts.add(number(typical(peak)));
    texts.add(microseconds(line, ours));
    texts.add(percent(quotient(ours, peak)));
    String ratio = "";
    double bestPeer = 0;
    for (int i = 0; i < opened.size(); i++) {
      double[] theirs = rates[2 + i];
      texts.add(microseconds(line, theirs));
      if (typical(theirs) > bestPeer) {
        bestPeer = typical(theirs);
        ratio = String.format("%.2f", quotient(ours, theirs));
      }
    }
    texts.add(ratio);
    return texts;
  }

  private String microseconds(Line line, double[] rates) {
    return number(line.flops() / typical(rates) * 1e-3);
  }
}
