using System.Globalization;
using System.Text;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>
/// The choices of a row: a list (<c>choices</c> as in MMLU, <c>options</c> as in MMLU-Pro), a list with labels (<c>{"text", "label"}</c> as in ARC), or columns
/// <c>A</c>, <c>B</c>, and so on. Their names are the letters from A on, whatever the file's labels are.
/// </summary>
internal sealed class RowChoices
{
    /// <summary>As many as there are letters.</summary>
    private const int Most = 26;

    private const string FirstChoice = "\nA) ";
    private const string Request = "Answer with the letter of the right choice.";

    private static readonly string[] Answers = ["answer", "answerKey", "answer_index"];

    private readonly TaskRow _row;
    private readonly IReadOnlyList<string> _texts;
    private readonly IReadOnlyList<string>? _labels;

    private RowChoices(TaskRow row, string key, IReadOnlyList<string> texts, IReadOnlyList<string>? labels)
    {
        (_row, _texts, _labels) = (row, texts, labels);
        if (texts.Count is < 2 or > Most) throw row.Wrong(key, $"2 to {Most} choices", $"{texts.Count}");
        if (texts.Index().FirstOrDefault(text => string.IsNullOrWhiteSpace(text.Item)) is { Item: not null } blank) throw row.Wrong($"{key}[{blank.Index}]", "a text", "nothing");
        if (labels is not null && labels.Count != texts.Count) throw row.Wrong(key, $"a label for each of the {texts.Count} choices", $"{labels.Count}");
    }

    /// <summary>Null where the row has none.</summary>
    /// <exception cref="Foundation.InputException">They are not what was expected.</exception>
    public static RowChoices? Of(TaskRow row)
    {
        if (row.Texts("choices") is { } choices) return new RowChoices(row, "choices", choices.Texts, choices.Labels);
        // Files may have other things of this name.
        if (row.IsList("options") && row.Texts("options") is { } options) return new RowChoices(row, "options", options.Texts, null);
        if (!row.Keys.Contains("A") || !row.Keys.Contains("B")) return null;
        var columns = Enumerable.Range(0, Most).Select(LetterOf).TakeWhile(letter => row.Keys.Contains(letter)).Select(letter => row.Text(letter)).ToList();
        // Choices may be fewer than columns, but none is left out.
        var count = columns.FindLastIndex(text => text is not null) + 1;
        var gap = columns.FindIndex(0, count, text => text is null);
        if (gap >= 0) throw row.Wrong(LetterOf(gap), $"a text, as {LetterOf(count - 1)} has one", "nothing");
        return count == 0 ? null : new RowChoices(row, "A", [.. columns.Take(count).OfType<string>()], null);
    }

    /// <summary>The question, its choices a line each, and what to answer.</summary>
    public string Ask(string question)
    {
        var text = new StringBuilder(question.Trim()).Append('\n');
        foreach (var (index, choice) in _texts.Index()) text.Append(CultureInfo.InvariantCulture, $"{LetterOf(index)}) {choice.Trim()}\n");
        return text.Append(Request).ToString();
    }

    /// <summary>What stands before the choices in what <see cref="Ask"/> has made; null for other texts.</summary>
    public static string? Asked(string question) =>
        question.EndsWith(Request, StringComparison.Ordinal) && question.LastIndexOf(FirstChoice, StringComparison.Ordinal) is var at and > 0 ? question[..at] : null;

    /// <summary>The letter of the right choice; null where the row does not say.</summary>
    /// <param name="field">Key or column; empty for the usual ones.</param>
    /// <exception cref="Foundation.InputException">It says another thing than a letter, a label, a number from 0 on or a choice.</exception>
    public string? Answer(string field)
    {
        foreach (var key in field.Length > 0 ? [field] : Answers)
        {
            if (_row.Text(key) is not { } given) continue;
            if (!_row.IsNumber(key) && IsDoubtful(given.Trim()))
                throw _row.Wrong(key, "a letter, a number or another text, as this one is the place of one choice from 0 on and the text of another", given);
            return IndexOf(given.Trim()) is { } index
                ? LetterOf(index)
                : throw _row.Wrong(key, $"a letter from A to {LetterOf(_texts.Count - 1)}, a number from 0 to {_texts.Count - 1}, or one of the choices", given);
        }
        return field.Length == 0 ? null : throw _row.Wrong(field, "an answer", "nothing");
    }

    /// <summary>A file's own labels come first: in ARC some are numbers from 1 on.</summary>
    private int? IndexOf(string given)
    {
        for (var index = 0; index < (_labels?.Count ?? 0); index++)
        {
            if (string.Equals(_labels![index].Trim(), given, StringComparison.OrdinalIgnoreCase)) return index;
        }
        if (_labels is null && given is [var letter] && char.ToUpperInvariant(letter) - 'A' is >= 0 and var place && place < _texts.Count) return place;
        if (_labels is null && int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < _texts.Count) return number;
        var same = _texts.Index().Where(text => text.Item.Trim() == given).Select(text => text.Index).ToList();
        return same.Count == 1 ? same[0] : null;
    }

    /// <summary>Whether digits in a text may be meant as a place or as what a choice says.</summary>
    private bool IsDoubtful(string given) => _labels is null && int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number < _texts.Count && _texts.Index().Any(text => text.Index != number && text.Item.Trim() == given);

    private static string LetterOf(int index) => ((char)('A' + index)).ToString();
}
