namespace MultiagentFT.Foundation;

/// <summary>Guesses which known name a misspelled one was meant to be.</summary>
public static class ClosestName
{
    /// <summary>
    /// The known name within the fewest edits (Levenshtein distance with swaps of neighbours as one edit, upper and lower case alike), the first of equals; null when
    /// even that one differs in more than a third of its letters.
    /// </summary>
    public static string? Of(string given, IEnumerable<string> known) => known
        // So many letters more or less are as many edits.
        .Where(name => Math.Abs(given.Length - name.Length) <= Allowed(name))
        .Select(name => (Name: name, Edits: Distance(given.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(candidate => candidate.Edits <= Allowed(candidate.Name))
        .OrderBy(candidate => candidate.Edits)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>The sentence part that follows a rejected name: empty when no known name is close.</summary>
    public static string Hint(string given, IEnumerable<string> known) =>
        Of(given, known) is { } name ? $" (did you mean {name}?)" : "";

    private static int Allowed(string name) => Math.Max(1, name.Length / 3);

    private static int Distance(string left, string right)
    {
        var edits = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) edits[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) edits[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = edits[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                var least = Math.Min(replaced, Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
                var isSwap = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                edits[i, j] = isSwap ? Math.Min(least, edits[i - 2, j - 2] + 1) : least;
            }
        }
        return edits[left.Length, right.Length];
    }
}
