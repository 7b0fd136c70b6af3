package dev.nn.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How the fields of a row become inputs: which columns are numbers, what stands for a missing one,
 * and which categories the others have; immutable.
 *
 * <pre>
 * numeric        x = the number, or the mean where it is missing
 * categorical    x[c] = 1 if the field is category c, else 0: as many inputs as categories
 * </pre>
 *
 * <p>Means and categories are learned from a training file, by {@link CsvReader#fit}. Test files
 * and single rows that come in later are then encoded by the same columns:
 *
 * <pre>{@code
 * CsvReader reader = CsvReader.classification("kind").categorical("colour").imputeMeans().fit(file);
 * float[] x = reader.columns().encode(List.of("0.5", "red", ""));
 * }</pre>
 *
 * <p>What there is to know can be read off and given to {@link #of}, so that columns can be kept
 * beside a saved network. Safe for use by several threads.
 */
public final class FeatureColumns {

  /** More categories in one column are refused. */
  static final int MAX_CATEGORIES = 10_000;

  private static final int CATEGORIES_IN_MESSAGE = 20;

  private final List<Column> columns;
  private final List<String> missing;
  private final int inputs;
  private final List<Map<String, Integer>> positions = new ArrayList<>();

  /** One column of features. */
  public sealed interface Column {

    /**
     * The name in the header.
     *
     * @return the name; empty if there is none
     */
    String name();

    /**
     * How many inputs the column becomes.
     *
     * @return at least 1
     */
    int inputs();
  }

  /**
   * A column of numbers.
   *
   * @param name the name in the header; empty if there is none
   * @param mean what a missing number is replaced with, rounded to float; empty: it is refused
   */
  public record Numeric(String name, OptionalDouble mean) implements Column {

    /**
     * Checks the mean.
     *
     * @param name the name in the header; empty if there is none
     * @param mean what a missing number is replaced with, rounded to float; empty: it is refused
     * @throws IllegalArgumentException if the mean is not finite as a float
     */
    public Numeric {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(mean, "mean");
      if (mean.isPresent() && !Float.isFinite((float) mean.getAsDouble())) {
        throw new IllegalArgumentException(
            "mean = " + mean.getAsDouble() + ", allowed: finite as a float");
      }
    }

    @Override
    public int inputs() {
      return 1;
    }
  }

  /**
   * A column of texts that each stand for a category.
   *
   * @param name the name in the header; empty if there is none
   * @param categories the texts, in the order of the inputs; an unmodifiable copy
   * @param unknownAsZeros whether another text, or none, becomes zeros only; else it is refused
   */
  public record Categorical(String name, List<String> categories, boolean unknownAsZeros)
      implements Column {

    /**
     * Checks and copies the categories.
     *
     * @param name the name in the header; empty if there is none
     * @param categories 1 to 10,000, all different, without blanks around them; copied
     * @param unknownAsZeros whether another text, or none, becomes zeros only; else it is refused
     * @throws IllegalArgumentException if the categories are not so
     */
    public Categorical {
      Objects.requireNonNull(name, "name");
      Shapes.requireNonNulls("categories", categories);
      categories = List.copyOf(categories);
      if (categories.isEmpty()
          || categories.size() > MAX_CATEGORIES
          || categories.stream().distinct().count() < categories.size()
          || categories.stream().anyMatch(text -> !text.equals(text.strip()))) {
        throw new IllegalArgumentException(
            "categories %s, allowed: 1 to %d, all different, without blanks around them"
                .formatted(head(categories), MAX_CATEGORIES));
      }
    }

    @Override
    public int inputs() {
      return categories.size();
    }
  }

  private FeatureColumns(List<Column> columns, List<String> missing) {
    this.columns = columns;
    this.missing = missing;
    int sum = 0;
    for (Column column : columns) {
      sum = Math.addExact(sum, column.inputs());
      Map<String, Integer> position = new HashMap<>();
      if (column instanceof Categorical categorical) {
        categorical.categories().forEach(text -> position.put(text, position.size()));
      }
      positions.add(position);
    }
    inputs = sum;
  }

  /**
   * Columns that are known, such as those kept beside a saved network.
   *
   * @param columns at least one, in the order of the fields; copied
   * @param missing the texts that stand for a missing value, without blanks around them; copied
   * @return the columns
   * @throws IllegalArgumentException if there is no column, a text has blanks around it, or a
   *     category is one of the texts
   */
  public static FeatureColumns of(List<? extends Column> columns, List<String> missing) {
    Shapes.requireNonNulls("columns", columns);
    Shapes.requireNonNulls("missing", missing);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("0 columns, allowed: 1 or more");
    }
    if (missing.stream().anyMatch(text -> !text.equals(text.strip()))) {
      throw new IllegalArgumentException(
          "missing = " + head(missing) + ", allowed: texts without blanks around them");
    }
    for (Column column : columns) {
      if (column instanceof Categorical categorical
          && categorical.categories().stream().anyMatch(missing::contains)) {
        throw new IllegalArgumentException(
            "categories %s: one of them stands for a missing value, as all of %s"
                .formatted(head(categorical.categories()), head(missing)));
      }
    }
    return new FeatureColumns(List.copyOf(columns), List.copyOf(missing));
  }

  /** Columns of numbers, none of which may be missing. */
  static FeatureColumns numeric(List<String> names) {
    return new FeatureColumns(
        names.stream().<Column>map(name -> new Numeric(name, OptionalDouble.empty())).toList(),
        List.of(""));
  }

  /**
   * The columns in the order of the fields.
   *
   * @return an unmodifiable list, at least one
   */
  public List<Column> columns() {
    return columns;
  }

  /**
   * What stands for a missing value.
   *
   * @return an unmodifiable list of texts, without blanks around them
   */
  public List<String> missing() {
    return missing;
  }

  /**
   * How many inputs a row becomes.
   *
   * @return at least 1
   */
  public int inputs() {
    return inputs;
  }

  /**
   * The names of the inputs: those of numeric columns, {@code name=category} for each category.
   *
   * @return an unmodifiable list of length inputs; empty if no column has a name
   */
  public List<String> featureNames() {
    if (columns.stream().allMatch(column -> column.name().isEmpty())) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (Column column : columns) {
      if (column instanceof Categorical categorical) {
        categorical.categories().forEach(text -> names.add(column.name() + "=" + text));
      } else {
        names.add(column.name());
      }
    }
    return List.copyOf(names);
  }

  /**
   * The inputs of one row.
   *
   * @param fields one for each column, blanks around them do not count
   * @return a new array of length inputs
   * @throws IllegalArgumentException if the number of fields is another, a field is no finite
   *     decimal number or no category of its column, or a value is missing that may not
   */
  public float[] encode(List<String> fields) {
    Shapes.requireNonNulls("fields", fields);
    if (fields.size() != columns.size()) {
      throw new IllegalArgumentException(
          "%d fields, expected %d".formatted(fields.size(), columns.size()));
    }
    FloatList x = new FloatList();
    for (int k = 0; k < columns.size(); k++) {
      try {
        encode(k, fields.get(k).strip(), x);
      } catch (IllegalArgumentException e) {
        String name = columns.get(k).name();
        throw new IllegalArgumentException(
            "field %d%s: %s".formatted(k, name.isEmpty() ? "" : " (" + name + ")", e.getMessage()),
            e);
      }
    }
    return x.toArray();
  }

  /** Appends the inputs that a field of a column becomes; says what is wrong, but not where. */
  void encode(int column, String field, FloatList x) {
    if (columns.get(column) instanceof Categorical categorical) {
      encode(categorical, positions.get(column), field, x);
    } else if (missing.contains(field)) {
      x.add((float) mean(column, field));
    } else {
      x.add(Decimal.parse(field));
    }
  }

  private double mean(int column, String field) {
    OptionalDouble mean = ((Numeric) columns.get(column)).mean();
    return mean.orElseThrow(
        () ->
            new IllegalArgumentException(
                field.isEmpty()
                    ? "empty field, expected a number"
                    : CsvRow.quote(field) + " is not a decimal number"));
  }

  private void encode(
      Categorical column, Map<String, Integer> position, String field, FloatList x) {
    Integer found = position.get(field);
    if (found == null && !column.unknownAsZeros()) {
      throw new IllegalArgumentException(
          missing.contains(field)
              ? "the category is missing"
              : "category %s, allowed: %s"
                  .formatted(CsvRow.quote(field), head(column.categories())));
    }
    for (int c = 0; c < column.inputs(); c++) {
      x.add(found != null && found == c ? 1 : 0);
    }
  }

  private static String head(List<String> texts) {
    int more = texts.size() - CATEGORIES_IN_MESSAGE;
    return more <= 0
        ? texts.toString()
        : texts.subList(0, CATEGORIES_IN_MESSAGE) + " and " + more + " more";
  }

  /** Whether the other columns encode every row in the same way. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureColumns that
        && columns.equals(that.columns)
        && missing.equals(that.missing);
  }

  @Override
  public int hashCode() {
    return Objects.hash(columns, missing);
  }

  /**
   * The numbers of columns and inputs.
   *
   * @return such as {@code FeatureColumns[3 columns, 12 inputs]}
   */
  @Override
  public String toString() {
    return "FeatureColumns[%d columns, %d inputs]".formatted(columns.size(), inputs);
  }
}
