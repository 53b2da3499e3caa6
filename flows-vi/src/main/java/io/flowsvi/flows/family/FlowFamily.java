package io.flowsvi.flows.family;

import io.flowsvi.flows.layer.Chain;
import io.flowsvi.ppl.tensor.ParamScope;

/**
 * A recipe for a chain of any dimension: a guide by {@link GuideFamily#of}, or an encoder's
 * posterior.
 */
@FunctionalInterface
public interface FlowFamily {
  /** A chain on {@code dim} dimensions, whose layers keep weights of their own in the scope. */
  Chain build(int dim, ParamScope scope);

  /** One line for lists: what it is made of, and its paper. */
  default String description() {
    return "";
  }

  /** A recipe with a line for lists. */
  static FlowFamily of(String description, FlowFamily recipe) {
    return new FlowFamily() {
      @Override
      public Chain build(int dim, ParamScope scope) {
        return recipe.build(dim, scope);
      }

      @Override
      public String description() {
        return description;
      }
    };
  }
}
