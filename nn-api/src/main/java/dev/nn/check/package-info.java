/** Checks of a network against what its mathematics says. */
package dev.nn.check;
