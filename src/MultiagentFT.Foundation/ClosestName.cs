namespace MultiagentFT.Foundation;

/// <summary>Guesses which known name a misspelled one was meant to be.</summary>
public static class ClosestName
{
    /// <summary>
    /// The known name within the fewest edits (Levenshtein distance, upper and lower case alike), the first of equals; null when
    /// even that one differs in more than a third of its letters.
    /// </summary>
    public static string? Of(string given, IEnumerable<string> known) => known
        .Select(name => (Name: name, Edits: Distance(given.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(candidate => candidate.Edits <= Math.Max(1, candidate.Name.Length / 3))
        .OrderBy(candidate => candidate.Edits)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>The sentence part that follows a rejected name: empty when no known name is close.</summary>
    public static string Hint(string given, IEnumerable<string> known) =>
        Of(given, known) is { } name ? $" (did you mean {name}?)" : "";

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
