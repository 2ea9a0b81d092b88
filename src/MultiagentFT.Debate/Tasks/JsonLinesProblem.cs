using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Tasks;

/// <summary>
/// One line of a problem file: question or problem; answer or solution; perhaps an id (text or whole number). The
/// answer is what follows the last <c>#### </c> (GSM8K) or all of it; of a solution it is the last <c>\boxed{}</c>
/// (MATH). Other fields, such as level or subject, belong to the file.
/// </summary>
internal sealed class JsonLinesProblem(string path, int line, JsonElement fields)
{
    private const string AnswerMarker = "####";

    public Problem Read()
    {
        if (fields.ValueKind != JsonValueKind.Object) throw Wrong(null, "a JSON object", fields.ValueKind.ToString());
        var question = Text("question") ?? Text("problem") ?? throw Wrong("question", "question or problem", "neither");
        return new Problem(Id() ?? JsonLinesTask.IdOf(question), question.Trim(), Answer());
    }

    private string Answer()
    {
        if (Text("answer") is { } answer)
        {
            var at = answer.LastIndexOf(AnswerMarker, StringComparison.Ordinal);
            var gold = (at < 0 ? answer : answer[(at + AnswerMarker.Length)..]).Trim();
            return gold.Length > 0 ? gold : throw Wrong("answer", "an answer behind ####", "nothing");
        }
        var solution = Text("solution") ?? throw Wrong("answer", "answer or solution", "neither");
        return BoxedAnswer.Last(solution) ?? throw Wrong("solution", "a \\boxed{answer}", "none");
    }

    private string? Id()
    {
        if (!fields.TryGetProperty("id", out var id) || id.ValueKind == JsonValueKind.Null) return null;
        if (id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number)) return $"{number}";
        return Text("id");
    }

    private string? Text(string key)
    {
        if (!fields.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String) throw Wrong(key, "a text", value.ValueKind.ToString());
        return value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw Wrong(key, "a text", "nothing");
    }

    private InputException Wrong(string? key, string expected, string found) =>
        new(path, key is null ? $"line {line}" : $"line {line}: {key}", expected, found);
}
