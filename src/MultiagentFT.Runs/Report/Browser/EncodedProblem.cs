using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;

namespace MultiagentFT.Runs.Report.Browser;

/// <summary>
/// A problem in the form that <c>debates.js</c> reads. A row has for each evaluation null or what lists and filters ask for:
/// [vote, votes, voters, answers of the last round, first vote right, last vote right, rounds, flags], flags being 1 where the last vote is another than the first
/// and 2 where an answer or a summary is missing. Texts have for each evaluation null or [turns, votes] with turns
/// [round, agent, speaker, adapter, text, answer, right, summary, failed] and votes [answer, votes, voters, right]. Right is 1, 0, or null where it is not known.
/// </summary>
/// <param name="Problem">Which one.</param>
/// <param name="Row">JSON: an array.</param>
/// <param name="Texts">JSON: an array, its texts written by <see cref="TextTable"/>.</param>
internal sealed record EncodedProblem(BrowsedProblem Problem, byte[] Row, byte[] Texts)
{
    private const int VoteChanged = 1;
    private const int IsIncomplete = 2;

    public static EncodedProblem Of(BrowsedProblem problem, IDebateTask task) => new(problem, Json(json => WriteRow(json, problem, task)), Json(json => WriteTexts(json, problem, task)));

    /// <summary>JSON that is not put into markup, so that only what JSON itself asks for is escaped.</summary>
    public static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var content = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(content, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) write(json);
        return content.WrittenSpan.ToArray();
    }

    private static void WriteRow(Utf8JsonWriter json, BrowsedProblem problem, IDebateTask task)
    {
        json.WriteStartArray();
        foreach (var debate in problem.Debates)
        {
            if (debate is null)
            {
                json.WriteNullValue();
                continue;
            }
            var (first, last) = (debate.Votes[0], debate.Result);
            json.WriteStartArray();
            json.WriteStringValue(last.Answer);
            json.WriteNumberValue(last.Votes);
            json.WriteNumberValue(last.Voters);
            json.WriteNumberValue(debate.LastAnswers);
            Write(json, first.Correct);
            Write(json, last.Correct);
            json.WriteNumberValue(debate.Rounds);
            json.WriteNumberValue((Same(first.Answer, last.Answer, task) ? 0 : VoteChanged) | (debate.Turns.Any(IsMissing) ? IsIncomplete : 0));
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, BrowsedProblem problem, IDebateTask task)
    {
        var texts = new TextTable(json);
        json.WriteStartArray();
        foreach (var debate in problem.Debates)
        {
            if (debate is null) json.WriteNullValue();
            else WriteTexts(json, debate, texts, task);
        }
        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, Transcript debate, TextTable texts, IDebateTask task)
    {
        json.WriteStartArray();
        json.WriteStartArray();
        foreach (var turn in debate.Turns.OrderBy(turn => turn.Round).ThenBy(turn => turn.Agent))
        {
            json.WriteStartArray();
            json.WriteNumberValue(turn.Round);
            json.WriteNumberValue(turn.Agent);
            texts.Write(turn.Speaker);
            texts.Write(turn.Adapter);
            texts.Write(turn.Failure?.Message ?? turn.Text);
            texts.Write(turn.Answer);
            Write(json, debate.Truth is null ? null : turn.Answer is not null && Same(turn.Answer, debate.Truth, task));
            texts.Write(turn.Summary is { } summary ? summary.Failure?.Message ?? summary.Text : null);
            json.WriteNumberValue(turn.Failure is null ? 0 : 1);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray();
        foreach (var vote in debate.Votes)
        {
            json.WriteStartArray();
            texts.Write(vote.Answer);
            json.WriteNumberValue(vote.Votes);
            json.WriteNumberValue(vote.Voters);
            Write(json, vote.Correct);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndArray();
    }

    private static bool IsMissing(Turn turn) => turn.Answer is null || turn.Failure is not null || turn.Summary?.Failure is not null;

    private static bool Same(string? left, string? right, IDebateTask task) => left == right || (left is not null && right is not null && task.Same(left, right));

    private static void Write(Utf8JsonWriter json, bool? isRight)
    {
        if (isRight is { } known) json.WriteNumberValue(known ? 1 : 0);
        else json.WriteNullValue();
    }
}
