using System.Text.RegularExpressions;
using MultiagentFT.Gguf;

namespace MultiagentFT.Training.Pretraining;

/// <summary>
/// Learns byte-pair merges (Sennrich et al. 2016) for words of letters only. Digits and signs stay single tokens, so a
/// number is always written digit by digit; any other text falls back to its bytes.
/// </summary>
public static partial class BytePairTrainer
{
    /// <summary>Merges in order of rank, each "left right" in the byte alphabet of GPT-2.</summary>
    /// <param name="texts">A sample of the corpus.</param>
    /// <param name="maxMerges">At most this many new ones.</param>
    /// <param name="minimumCount">Pairs seen less often are left alone.</param>
    /// <param name="first">Merges to go on from; they are the first of the result.</param>
    public static IReadOnlyList<(string Left, string Right)> Train(
        IEnumerable<string> texts, int maxMerges, int minimumCount, IReadOnlyList<(string Left, string Right)>? first = null)
    {
        var words = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            foreach (Match match in Word().Matches(text)) words[match.Value] = words.GetValueOrDefault(match.Value) + 1;
        }
        var pieces = words.Select(word => (Parts: ByteAlphabet.Encode(word.Key).Select(c => c.ToString()).ToList(), Count: word.Value)).ToList();
        var merges = new List<(string, string)>(first ?? []);
        foreach (var merge in merges)
        {
            foreach (var (parts, _) in pieces) Merge(parts, merge);
        }
        for (var limit = merges.Count + maxMerges; merges.Count < limit;)
        {
            var counts = new Dictionary<(string, string), long>();
            foreach (var (parts, count) in pieces)
            {
                for (var i = 0; i + 1 < parts.Count; i++)
                    counts[(parts[i], parts[i + 1])] = counts.GetValueOrDefault((parts[i], parts[i + 1])) + count;
            }
            if (counts.Count == 0) break;
            var best = counts.OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key.Item1, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Item2, StringComparer.Ordinal)
                .First();
            if (best.Value < minimumCount) break;
            merges.Add(best.Key);
            foreach (var (parts, _) in pieces) Merge(parts, best.Key);
        }
        return merges;
    }

    private static void Merge(List<string> parts, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < parts.Count; i++)
        {
            if (parts[i] != pair.Left || parts[i + 1] != pair.Right) continue;
            parts[i] = pair.Left + pair.Right;
            parts.RemoveAt(i + 1);
        }
    }

    [GeneratedRegex(" ?[A-Za-z]+")]
    private static partial Regex Word();
}
