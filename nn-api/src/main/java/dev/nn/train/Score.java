package dev.nn.train;

/**
 * How well a network did on some rows.
 *
 * @param loss mean of the losses of the rows by their weights, {@code sum_i w_i L_i / sum_i w_i},
 *     without a regularization term; NaN where all the weights are 0
 * @param accuracy share of the rows whose class is right, of 0 to 1: the greatest output of
 *     several, or the right side of 0.5 for one; every row counts as one. NaN where outputs are no
 *     classes (regression, several labels)
 */
public record Score(double loss, double accuracy) {}
