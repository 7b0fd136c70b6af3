package dev.nn.bench;

import java.lang.module.ModuleFinder;

/**
 * The state of {@code jdk.incubator.vector} in this JVM, found out without a class of the module.
 */
final class VectorModule {
  /** The module's name. */
  static final String NAME = "jdk.incubator.vector";

  /** The JVM option that brings the module in. */
  static final String ADD_MODULES = "--add-modules=" + NAME;

  /** The system property that, set to {@link #OFF}, keeps this program from bringing it in. */
  static final String PROPERTY = "dev.nn.vector";

  /** The value of {@link #PROPERTY}. */
  static final String OFF = "off";

  private VectorModule() {}

  /** Whether classes of the module can be loaded. */
  static boolean isResolved() {
    return ModuleLayer.boot().findModule(NAME).isPresent();
  }

  /** Whether the JDK has the module, the user did not turn it off, and it is not resolved yet. */
  static boolean isToBeAdded() {
    return !isResolved() && isInstalled() && !OFF.equals(System.getProperty(PROPERTY));
  }

  /** Whether the JDK has the module, resolved or not. */
  static boolean isInstalled() {
    return ModuleFinder.ofSystem().find(NAME).isPresent();
  }
}
