package dev.nn.spi;

import dev.nn.Activation;
import java.util.Optional;

/** Providers that {@link java.util.ServiceLoader} finds in the tests of this module. */
public final class FakeProviders {
  private FakeProviders() {}

  /** A provider with all its answers given. */
  record Fake(String id, int priority, Optional<String> unavailable) implements BackendProvider {
    @Override
    public Backend create() {
      if (unavailable.isPresent()) {
        throw new IllegalStateException("created although unavailable");
      }
      return new FakeBackend(id);
    }
  }

  /** A backend that has a name and nothing else. */
  record FakeBackend(String id) implements Backend {
    @Override
    public String description() {
      return "description of " + id;
    }

    @Override
    public Kernels kernels() {
      throw new UnsupportedOperationException();
    }

    @Override
    public DenseLayer dense(int inputs, int outputs, Activation activation) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Workspace workspace(Workers workers) {
      throw new UnsupportedOperationException();
    }
  }

  private abstract static class Delegate implements BackendProvider {
    private final Fake fake;

    Delegate(String id, int priority, String reason) {
      fake = new Fake(id, priority, Optional.ofNullable(reason));
    }

    @Override
    public String id() {
      return fake.id();
    }

    @Override
    public int priority() {
      return fake.priority();
    }

    @Override
    public Optional<String> unavailable() {
      return fake.unavailable();
    }

    @Override
    public Backend create() {
      return fake.create();
    }
  }

  /** Would be the best, but cannot be had. */
  public static final class Broken extends Delegate {
    /** For the service loader. */
    public Broken() {
      super("broken", 100, "its wire is cut; pass --wire");
    }
  }

  /** As good as {@link Alpha}, but later in the alphabet. */
  public static final class Beta extends Delegate {
    /** For the service loader. */
    public Beta() {
      super("beta", 50, null);
    }
  }

  /** The best that can be had. */
  public static final class Alpha extends Delegate {
    /** For the service loader. */
    public Alpha() {
      super("alpha", 50, null);
    }
  }

  /** The last resort. */
  public static final class Slow extends Delegate {
    /** For the service loader. */
    public Slow() {
      super("slow", 1, null);
    }
  }
}
