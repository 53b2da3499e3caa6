package io.flowsvi.ppl.tensor;

/**
 * A place in a {@link ParamStore} below which a component makes its parameters.
 *
 * @param store where the numbers live
 * @param prefix the path so far
 */
public record ParamScope(ParamStore store, String prefix) {
  /** A scope one level down. */
  public ParamScope child(String name) {
    return new ParamScope(store, prefix + "/" + name);
  }

  /** The seed of starting numbers at this place. */
  public Seed seed() {
    return store.seed(prefix);
  }

  /** A parameter holding a whole layout as one flat vector. */
  public Param param(String name, ParamLayout layout, Init init) {
    return store.add(prefix + "/" + name, Shape.of(layout.size()), layout, init);
  }

  /** A parameter of one shape. */
  public Param param(String name, Shape shape, Init init) {
    return store.add(prefix + "/" + name, shape, ParamLayout.of(name, shape), init);
  }
}
