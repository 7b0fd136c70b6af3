package dev.nn.metrics;

/**
 * How well one class was told from the others, or an average over classes.
 *
 * @param precision share of the rows taken for the class that belong to it, of 0 to 1
 * @param recall share of the rows of the class that were taken for it, of 0 to 1
 * @param f1 harmonic mean of precision and recall, {@code 2 TP / (2 TP + FP + FN)}, of 0 to 1
 * @param support rows of the class, or of all classes for an average
 */
public record ClassScore(double precision, double recall, double f1, int support) {}
