package dev.nn.spi;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Finds backends on the class path or module path and chooses one.
 *
 * <p>{@code -Ddev.nn.backend=auto|simd|reference|...} decides for the whole JVM; {@code auto}, the
 * default, takes the best that is available and logs one line that says what was chosen and why. A
 * name that cannot be had is an error, never a silent fallback.
 */
public final class Backends {
  /** The system property that names the default backend. */
  public static final String PROPERTY = "dev.nn.backend";

  /** The value of {@link #PROPERTY} that leaves the choice to this class. */
  public static final String AUTO = "auto";

  /** A class, not a lambda: the first lambda of a JVM takes it several milliseconds. */
  private static final Comparator<BackendProvider> BEST_FIRST =
      new Comparator<>() {
        @Override
        public int compare(BackendProvider a, BackendProvider b) {
          int byPriority = Integer.compare(b.priority(), a.priority());
          return byPriority != 0 ? byPriority : a.id().compareTo(b.id());
        }
      };

  private Backends() {}

  /** Makes the default once, when it is first asked for. */
  private static final class Default {
    static final Backend BACKEND;
    static final String FAILURE;

    static {
      Backend chosen = null;
      String failure = null;
      try {
        chosen = choose(System.getProperty(PROPERTY, AUTO), providers());
      } catch (IllegalStateException e) {
        failure = e.getMessage();
      }
      BACKEND = chosen;
      FAILURE = failure;
    }
  }

  /**
   * The backend of this JVM, as {@link #PROPERTY} says.
   *
   * @return always the same instance
   * @throws IllegalStateException if the named backend cannot be had, or none can
   */
  public static Backend byDefault() {
    if (Default.BACKEND == null) {
      throw new IllegalStateException(Default.FAILURE);
    }
    return Default.BACKEND;
  }

  /**
   * A backend by its name.
   *
   * @param id such as {@code simd}, {@code reference} or {@code auto}
   * @return the backend
   * @throws IllegalStateException if it cannot be had; the message says why
   */
  public static Backend named(String id) {
    return choose(Objects.requireNonNull(id, "id"), providers());
  }

  /**
   * All providers, best first, available or not.
   *
   * @return an immutable list
   */
  public static List<BackendProvider> providers() {
    List<BackendProvider> found = new ArrayList<>();
    for (BackendProvider provider :
        ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader())) {
      found.add(provider);
    }
    found.sort(BEST_FIRST);
    return List.copyOf(found);
  }

  static Backend choose(String id, List<BackendProvider> providers) {
    return id.equals(AUTO) ? best(providers) : exactly(id, providers);
  }

  private static Backend best(List<BackendProvider> providers) {
    Logger logger = System.getLogger("dev.nn");
    StringBuilder passedOver = new StringBuilder();
    for (BackendProvider provider : providers) {
      String reason = provider.unavailable().orElse(null);
      if (reason == null) {
        Backend backend = provider.create();
        logger.log(
            Level.INFO, "backend " + backend.id() + ": " + backend.description() + passedOver);
        return backend;
      }
      passedOver.append("; ").append(provider.id()).append(" not used: ").append(reason);
    }
    throw new IllegalStateException(
        "no backend is available"
            + (providers.isEmpty()
                ? ": add nn-simd or nn-reference to the class path or module path"
                : passedOver.toString()));
  }

  private static Backend exactly(String id, List<BackendProvider> providers) {
    for (BackendProvider provider : providers) {
      if (provider.id().equals(id)) {
        Optional<String> reason = provider.unavailable();
        if (reason.isPresent()) {
          throw new IllegalStateException("backend " + id + " is not available: " + reason.get());
        }
        return provider.create();
      }
    }
    throw new IllegalStateException(
        "there is no backend "
            + id
            + "; known: "
            + AUTO
            + providers.stream().map(p -> ", " + p.id()).collect(Collectors.joining()));
  }
}
