package dev.nn.train;

/**
 * How well a network did on some rows.
 *
 * @param loss mean of the losses of the rows, without a regularization term
 * @param accuracy share of the rows whose class is right, of 0 to 1: the greatest output of
 *     several, or the right side of 0.5 for one; NaN where outputs are no classes (regression,
 *     several labels)
 */
public record Score(double loss, double accuracy) {}
