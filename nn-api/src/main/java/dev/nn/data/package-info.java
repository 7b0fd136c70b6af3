/**
 * Data on the way into a network: data sets, readers for IDX, CSV, NumPy and LIBSVM files, feature
 * scaling, one-hot targets.
 *
 * <p>A {@link dev.nn.data.Dataset} is an immutable table of float32 numbers: one row an example,
 * its features {@code x} on the left and its targets {@code y} on the right. Every number in it is
 * finite; readers and factories refuse what is not, and say where it stands.
 *
 * <pre>{@code
 * Dataset digits = CsvReader.classification().read(Path.of("digits.csv.gz"));
 * Split split = digits.stratifiedSplit(0.2, 42);
 * FeatureScaler scaler = FeatureScaler.standardize(split.train());
 * Dataset train = scaler.apply(split.train());
 * Dataset test = scaler.apply(split.test());
 * }</pre>
 *
 * <p>Rows that do not fit into memory are a {@link dev.nn.data.RowSource} of another kind: {@link
 * dev.nn.data.IdxFiles#map} leaves images in their file, {@link dev.nn.data.FeatureScaler#view}
 * scales them as they are copied.
 *
 * <p>A null argument is a {@link NullPointerException} that names it, down to the row: {@code
 * x[3]}.
 *
 * <p>Rows, features, targets and labels count from 0. Everything random is a function of the seed
 * given.
 */
package dev.nn.data;
