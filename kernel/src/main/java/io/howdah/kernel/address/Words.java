package io.howdah.kernel.address;

import io.howdah.kernel.model.NodeId;
import io.howdah.kernel.quorum.Quorum;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Counts what nodes said. Only nodes that name the same members, themselves among them, are counted together. Pure. */
final class Words {
    private Words() {}

    /** What one node said, and when it was asked and heard. */
    record Word(AddressAnswer answer, long askedAtMillis, long heardAtMillis) {}

    /** Whether a majority said something of which this is true. */
    static boolean agree(Collection<Word> words, Predicate<Word> fits) {
        return byMembers(words).entrySet().stream()
                .anyMatch(group -> group.getValue().stream().filter(fits).count()
                        >= Quorum.majorityOf(group.getKey().size()));
    }

    /** The latest moment that the words of a majority reach, each word as far as the function says. */
    static OptionalLong latestForMajority(Collection<Word> words, ToLongFunction<Word> momentMillis) {
        return byMembers(words).entrySet().stream()
                .map(group -> nthLatest(
                        group.getValue(), Quorum.majorityOf(group.getKey().size()), momentMillis))
                .flatMapToLong(OptionalLong::stream)
                .max();
    }

    /** The first moment at which a majority is ready, each node when the function says. */
    static OptionalLong firstForMajority(Collection<Word> words, ToLongFunction<Word> momentMillis) {
        OptionalLong negative = latestForMajority(words, word -> -momentMillis.applyAsLong(word));
        return negative.isPresent() ? OptionalLong.of(-negative.getAsLong()) : negative;
    }

    private static OptionalLong nthLatest(List<Word> words, int number, ToLongFunction<Word> momentMillis) {
        long[] moments = words.stream().mapToLong(momentMillis).sorted().toArray();
        return moments.length < number ? OptionalLong.empty() : OptionalLong.of(moments[moments.length - number]);
    }

    private static Map<SortedSet<NodeId>, List<Word>> byMembers(Collection<Word> words) {
        return words.stream()
                .filter(word -> word.answer().members().contains(word.answer().node()))
                .collect(Collectors.groupingBy(word -> word.answer().members()));
    }
}
