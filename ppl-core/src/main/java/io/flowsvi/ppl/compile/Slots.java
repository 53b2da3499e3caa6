package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.tensor.Primitive;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which array each stored node of a plan has. Results that are not needed at the same time, and
 * have equally many numbers, share one.
 *
 * <p>An array is free for the stages after the last one that reads it, never for that stage itself:
 * a loop may compute some elements twice.
 */
final class Slots {
  /** The vector of all parameters, given to every run. */
  static final int PARAMETERS = 0;

  /** All outputs but the first, one after another. */
  static final int OUTPUTS = 1;

  /** Elements that lie apart in their arrays, laid side by side for one loop. */
  static final int GATHERED = 2;

  private final Plan plan;
  private final InPlace inPlace;
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final List<Integer> sizes = new ArrayList<>();
  private final Map<Node, Integer> firstWrite = new LinkedHashMap<>();
  private final Map<Node, Integer> lastRead = new HashMap<>();
  private long apart;

  Slots(Plan plan) {
    this.plan = plan;
    this.inPlace = new InPlace(plan);
    sizes.add(0);
    sizes.add(inPlace.size());
    sizes.add(0);
    for (int s = 0; s < plan.stages().size(); s++) {
      follow(plan.stages().get(s), s);
    }
    Set<Node> wanted = new HashSet<>();
    for (Node output : plan.graph().outputs()) {
      wanted.add(plan.array(output));
    }
    List<List<Node>> starts = lists();
    List<List<Node>> ends = lists();
    for (Node node : plan.graph().nodes()) {
      if (!plan.isStored(node)) {
        continue;
      }
      apart += node.shape().size();
      if (inPlace.isRead(node) || inPlace.isWritten(node)) {
        numbers.put(node, inPlace.isRead(node) ? PARAMETERS : OUTPUTS);
        continue;
      }
      Integer first = firstWrite.get(node);
      if (first == null || wanted.contains(node) || keepsNumbers(node)) {
        numbers.put(node, open(node));
        continue;
      }
      starts.get(first).add(node);
      ends.get(Math.max(first, lastRead.getOrDefault(node, first))).add(node);
    }
    share(starts, ends);
  }

  private void share(List<List<Node>> starts, List<List<Node>> ends) {
    Map<Integer, Deque<Integer>> free = new HashMap<>();
    for (int s = 0; s < starts.size(); s++) {
      for (Node node : starts.get(s)) {
        Deque<Integer> fit = free.getOrDefault(node.shape().size(), new ArrayDeque<>());
        numbers.put(node, fit.isEmpty() ? open(node) : fit.pop());
      }
      for (Node node : ends.get(s)) {
        int size = node.shape().size();
        if (!free.containsKey(size)) {
          free.put(size, new ArrayDeque<>());
        }
        free.get(size).push(numbers.get(node));
      }
    }
  }

  private void follow(Stage stage, int s) {
    if (stage instanceof Stage.Call call) {
      firstWrite.putIfAbsent(call.node(), s);
      for (Node input : call.node().inputs()) {
        lastRead.put(plan.array(input), s);
      }
      return;
    }
    for (Member member : ((Stage.Loop) stage).members()) {
      firstWrite.putIfAbsent(member.node(), s);
      for (Node input : plan.reads(member)) {
        lastRead.put(plan.view(input).source(), s);
      }
    }
  }

  /**
   * Margins and what a mask leaves out are written once, when the array is made; a draw makes an
   * array of its own.
   */
  private static boolean keepsNumbers(Node node) {
    return node.kind() instanceof Node.Gamma
        || node.kind() instanceof Node.Masked
        || Member.primitive(node) instanceof Primitive.Pad;
  }

  private List<List<Node>> lists() {
    List<List<Node>> lists = new ArrayList<>();
    for (int s = 0; s < plan.stages().size(); s++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private int open(Node node) {
    sizes.add(node.shape().size());
    return sizes.size() - 1;
  }

  /** The number of each stored node's array. */
  Map<Node, Integer> numbers() {
    return Collections.unmodifiableMap(numbers);
  }

  /** Where a stored node begins in its array. */
  int start(Node node) {
    int number = numbers.get(node);
    return number == PARAMETERS
        ? ((Node.Parameter) node.kind()).offset()
        : number == OUTPUTS ? inPlace.start(node) : 0;
  }

  /** How many numbers each array has. */
  int[] sizes() {
    int[] all = new int[sizes.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = sizes.get(i);
    }
    return all;
  }

  /** How many numbers all arrays hold. */
  long size() {
    return sizes.stream().mapToLong(Integer::longValue).sum();
  }

  /** How many there would be if each node had an array of its own. */
  long sizeApart() {
    return apart;
  }
}
