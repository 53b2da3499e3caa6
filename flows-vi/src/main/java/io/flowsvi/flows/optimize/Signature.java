package io.flowsvi.flows.optimize;

/** What a part of a fit says of itself, where it says the same in every process. */
public final class Signature {
  private Signature() {}

  /** Its text; only the word "own" for a type without one, whose text would be an address. */
  public static String of(Object part) {
    String text = part.toString();
    String address = part.getClass().getName() + "@";
    boolean own =
        text.startsWith(address) && text.equals(address + Integer.toHexString(part.hashCode()));
    return own ? "own" : text;
  }
}
