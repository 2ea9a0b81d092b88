using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks.Files;

/// <summary>
/// The problem in a row: question or problem; answer or solution, or neither where the right answer is not known; perhaps an id. The
/// answer is what follows the last <c>#### </c> (GSM8K) or all of it; of a solution it is the last <c>\boxed{}</c>
/// (MATH). Choices (<see cref="RowChoices"/>) become part of the question, and the letter of the right one its answer. Other fields belong to the file.
/// </summary>
internal static class RowProblem
{
    private const string AnswerMarker = "####";
    private const string LevelKey = "level";

    private static readonly string[] Questions = ["question", "problem"];
    private static readonly string[] Answers = ["answer", "solution"];

    /// <exception cref="InputException">The row has no question, or an answer that is none.</exception>
    /// <param name="row">The row.</param>
    /// <param name="choices">Of the row; null where it has none.</param>
    /// <param name="options">Where the fields stand.</param>
    public static Problem Read(TaskRow row, RowChoices? choices, TaskFileOptions options)
    {
        var question = options.QuestionField is { Length: > 0 } field
            ? row.Text(field, orNumber: false) ?? throw row.Wrong(field, "a question", "nothing")
            : row.Text(Questions[0], orNumber: false) ?? row.Text(Questions[1], orNumber: false) ?? throw Missing(row, Questions);
        if (choices is not null) question = choices.Ask(question);
        return new Problem(row.Text("id") ?? FileTask.IdOf(question), question.Trim(), choices is null ? Answer(row, options) : choices.Answer(options.AnswerField))
        {
            Level = row.IsText(LevelKey) ? row.Text(LevelKey)!.Trim() : null,
        };
    }

    private static string? Answer(TaskRow row, TaskFileOptions options)
    {
        if (options.AnswerField is { Length: > 0 } field)
        {
            var value = row.Text(field) ?? throw row.Wrong(field, "an answer", "nothing");
            // A field of one's own may be a solution as well.
            return value.Contains(AnswerMarker, StringComparison.Ordinal) ? Gold(row, field, value) : BoxedAnswer.Last(value) ?? value.Trim();
        }
        if (row.Text(Answers[0]) is { } answer) return Gold(row, Answers[0], answer);
        if (row.Text(Answers[1]) is { } solution)
            return BoxedAnswer.Last(solution) ?? throw row.Wrong(Answers[1], "a \\boxed{answer}", "none");
        foreach (var key in row.Keys.Except(Answers))
        {
            if (ClosestName.Of(key, Answers) is { } meant) throw row.Wrong(key, $"{meant}, or no such key where the answer is not known", key);
        }
        return null;
    }

    private static string Gold(TaskRow row, string key, string answer)
    {
        var at = answer.LastIndexOf(AnswerMarker, StringComparison.Ordinal);
        var gold = (at < 0 ? answer : answer[(at + AnswerMarker.Length)..]).Trim();
        return gold.Length > 0 ? gold : throw row.Wrong(key, "an answer behind ####", "nothing");
    }

    private static InputException Missing(TaskRow row, string[] keys)
    {
        var found = string.Join(", ", row.Keys.Take(12));
        return row.Wrong(
            keys[0], string.Join(" or ", keys) + ", or the key that --question-field names", found.Length == 0 ? "neither" : $"neither among {found}");
    }
}
