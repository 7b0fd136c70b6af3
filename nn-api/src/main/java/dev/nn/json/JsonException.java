package dev.nn.json;

/** A text is not the JSON that its reader expects. */
public final class JsonException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Where in the text, in bytes. */
  private final int position;

  /**
   * Names the place.
   *
   * @param position byte in the text, from 0
   * @param problem what was found and what is allowed
   */
  public JsonException(int position, String problem) {
    super(problem);
    this.position = position;
  }

  /**
   * Where it is.
   *
   * @return byte in the text, from 0
   */
  public int position() {
    return position;
  }
}
