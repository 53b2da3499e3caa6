package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Graph;
import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Unary;
import io.flowsvi.ppl.vector.Width;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of a graph is computed where.
 *
 * <p>Nodes of data alone are computed once per batch. Operations that only move elements are views:
 * the loops read through them. Element-wise operations and reductions join the first loop over the
 * same elements that comes late enough; the others are calls.
 */
final class Plan {
  private final Graph graph;
  private final Operations operations;
  private final Set<Node> fixed = new HashSet<>();
  private final Map<Node, View> views = new HashMap<>();
  private final Set<Node> copies = new HashSet<>();
  private final List<Stage> stages = new ArrayList<>();
  private final Map<Node, Integer> stageOf = new HashMap<>();
  private final Map<Member, Integer> memberStage = new HashMap<>();
  private final Set<Node> stored = new HashSet<>();

  /** A plan of code for numbers of a width. */
  Plan(Graph graph, Width width) {
    this.graph = graph;
    this.operations = Operations.of(width);
    for (Node node : graph.nodes()) {
      classify(node);
    }
    for (Node output : graph.outputs()) {
      requireArray(output);
    }
    for (Node node : graph.nodes()) {
      place(node);
    }
    for (Node node : graph.nodes()) {
      findStored(node);
    }
    for (Node output : graph.outputs()) {
      stored.add(array(output));
    }
  }

  Graph graph() {
    return graph;
  }

  /** The width of the code's numbers. */
  Width width() {
    return operations.width();
  }

  List<Stage> stages() {
    return stages;
  }

  /** Whether a node depends on data alone. */
  boolean isFixed(Node node) {
    return fixed.contains(node);
  }

  /** Nodes that have an array: leaves, results of calls, and what another stage or a user reads. */
  boolean isStored(Node node) {
    return stored.contains(node);
  }

  /** Where a node's elements are. */
  View view(Node node) {
    return views.get(node);
  }

  /** The array a call or a user reads a node from: its own, or one it is the whole of. */
  Node array(Node node) {
    return copies.contains(node) ? node : views.get(node).source();
  }

  // ---- what a node is

  static boolean isElementwise(Node node) {
    return node.kind() instanceof Node.Operation o
        && (o.primitive() instanceof Unary
            || o.primitive() instanceof Binary
            || o.primitive() instanceof Primitive.Select);
  }

  /** What joins loops: element-wise operations, reductions, and what lays arrays side by side. */
  private static boolean loops(Node node) {
    Member member = new Member(node, 0);
    return isElementwise(node) || member.isReduction() || member.isPlacement();
  }

  private static Optional<Primitive> move(Node node) {
    return node.kind() instanceof Node.Operation o
            && (o.primitive() instanceof Primitive.Reshape
                || o.primitive() instanceof Primitive.Broadcast
                || o.primitive() instanceof Primitive.Permute
                || o.primitive() instanceof Primitive.Slice
                || o.primitive() instanceof Primitive.Flip)
        ? Optional.of(o.primitive())
        : Optional.empty();
  }

  private void classify(Node node) {
    boolean ofData =
        node.kind() instanceof Node.Constant
            || node.kind() instanceof Node.Data
            || node.kind() instanceof Node.Operation && fixed.containsAll(node.inputs());
    if (ofData) {
      fixed.add(node);
    }
    Optional<Primitive> move = move(node);
    boolean repeats = move.isPresent() && move.get() instanceof Primitive.Broadcast;
    if (move.isPresent() && (!ofData || repeats)) {
      views.put(node, viewThrough(node, move.get()));
      return;
    }
    views.put(node, View.own(node));
    if (!ofData && !loops(node)) {
      for (Node input : node.inputs()) {
        requireArray(input);
      }
    }
  }

  private View viewThrough(Node node, Primitive move) {
    Node input = node.inputs().get(0);
    Optional<View> view = views.get(input).through(move, input.shape(), node.shape());
    if (view.isPresent()) {
      return view.get();
    }
    copies.add(input);
    return View.own(input).through(move, input.shape(), node.shape()).orElseThrow();
  }

  private void requireArray(Node node) {
    if (!views.get(node).isWhole(node.shape())) {
      copies.add(node);
    }
  }

  // ---- stages

  private boolean runs(Node node) {
    boolean computed =
        node.kind() instanceof Node.Operation
            || node.kind() instanceof Node.Masked
            || node.kind() instanceof Node.Gamma;
    return computed && !fixed.contains(node) && (move(node).isEmpty() || copies.contains(node));
  }

  private void place(Node node) {
    if (!runs(node)) {
      return;
    }
    if (!loops(node) && !copies.contains(node)) {
      stageOf.put(node, stages.size());
      stages.add(new Stage.Call(node));
      return;
    }
    for (Member member : Member.of(node)) {
      int at = place(member);
      memberStage.put(member, at);
      stageOf.put(node, Math.max(at, stageOf.getOrDefault(node, at)));
    }
  }

  private int place(Member member) {
    int[] dims = dims(member);
    int at = 0;
    for (Node input : reads(member)) {
      Integer made = stageOf.get(views.get(input).source());
      if (made != null) {
        boolean same =
            stages.get(made) instanceof Stage.Loop loop
                && Arrays.equals(loop.dims(), dims)
                && isLocal(member, input);
        at = Math.max(at, same ? made : made + 1);
      }
    }
    int reads = reads(member).size();
    while (at < stages.size() && !takes(stages.get(at), dims, member, reads)) {
      at++;
    }
    if (at == stages.size()) {
      stages.add(new Stage.Loop(dims, operations));
    }
    int locals = 0;
    for (Node input : reads(member)) {
      Integer made = stageOf.get(views.get(input).source());
      boolean constant = views.get(input).source().kind() instanceof Node.Constant;
      boolean local = made != null && made == at && isLocal(member, input);
      locals += constant || local ? 1 : 0;
    }
    ((Stage.Loop) stages.get(at)).add(member, locals, reads - locals);
    return at;
  }

  private static boolean takes(Stage stage, int[] dims, Member member, int reads) {
    return stage instanceof Stage.Loop loop
        && Arrays.equals(loop.dims(), dims)
        && loop.hasRoom(member, reads);
  }

  /** What a member of a loop reads: itself through its view, if it is a copy. */
  List<Node> reads(Member member) {
    if (move(member.node()).isPresent()) {
      return List.of(member.node());
    }
    return member.isPlacement()
        ? List.of(member.node().inputs().get(member.part()))
        : member.node().inputs();
  }

  private static int[] dims(Member member) {
    int[] all = member.domain().dims();
    int count = 0;
    for (int dim : all) {
      if (dim != 1) {
        all[count++] = dim;
      }
    }
    return Arrays.copyOf(all, count);
  }

  /** Strides of a read over the loop's axes. */
  int[] strides(Member member, Node input) {
    Shape domain = member.domain();
    return View.squeezed(domain, views.get(input).broadcast(input.shape(), domain));
  }

  /** Whether a read meets the element that the same turn of the loop computes. */
  private boolean isLocal(Member member, Node input) {
    View view = views.get(input);
    Node source = view.source();
    boolean turns = isElementwise(source) || copies.contains(source) && source != member.node();
    Shape own = source.shape();
    return turns
        && view.offset() == 0
        && Arrays.equals(strides(member, input), View.squeezed(own, own.strides()));
  }

  /** Whether a member finds a read as a local value of its loop. */
  boolean isLocalIn(Member member, Node input) {
    Node source = views.get(input).source();
    return stageOf.containsKey(source)
        && stageOf.get(source).equals(memberStage.get(member))
        && isLocal(member, input);
  }

  private void findStored(Node node) {
    if (!runs(node)) {
      return;
    }
    if (!isElementwise(node)) {
      stored.add(node);
    }
    if (stages.get(stageOf.get(node)) instanceof Stage.Call) {
      for (Node input : node.inputs()) {
        stored.add(array(input));
      }
      return;
    }
    for (Member member : Member.of(node)) {
      for (Node input : reads(member)) {
        Node source = views.get(input).source();
        if (!isLocalIn(member, input) && !(source.kind() instanceof Node.Constant)) {
          stored.add(source);
        }
      }
    }
  }
}
