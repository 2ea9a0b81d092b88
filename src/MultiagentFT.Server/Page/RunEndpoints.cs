using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Server.Page;

/// <summary><c>/app/run/...</c>: curves and debates of a run.</summary>
internal sealed class RunEndpoints(RunBrowser run)
{
    private const int MostListed = 100;
    private const int MostLines = int.MaxValue;

    /// <summary>Accuracies by method and iteration; null while the run has not ended.</summary>
    public Task CurvesAsync(HttpContext context)
    {
        _ = new PageQuery(context);
        var results = run.Results();
        return ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("curves");
            if (results is null) json.WriteNullValue();
            else Write(json, results);
            json.WriteEndObject();
        });
    }

    /// <summary>One page of the debates of a stage: <c>stage</c>, <c>filter</c>, <c>search</c>, <c>offset</c>, <c>limit</c>.</summary>
    public Task DebatesAsync(HttpContext context)
    {
        var query = new PageQuery(context, "stage", "filter", "search", "offset", "limit");
        var (stage, filter, search) = (query.RequiredText("stage"), query.Choice("filter", DebateFilter.All), query.Text("search").Trim());
        var (offset, limit) = (query.Whole("offset", 0, MostLines, 0), query.Whole("limit", 1, MostListed, 20));
        var debates = run.Debates(stage).Debates;
        var matching = debates.Where(debate => debate.Passes(filter) && (search.Length == 0 || debate.Holds(search))).ToList();
        return ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", debates.Count);
            json.WriteNumber("matching", matching.Count);
            json.WriteNumber("offset", offset);
            json.WriteStartArray("debates");
            foreach (var debate in matching.Skip(offset).Take(limit)) Write(json, debate);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>A whole debate: <c>stage</c>, <c>line</c>. Beside each turn stands how its answer is graded.</summary>
    public Task DebateAsync(HttpContext context)
    {
        var query = new PageQuery(context, "stage", "line");
        var transcript = run.Debate(query.RequiredText("stage"), query.Whole("line", 1, MostLines));
        var mode = run.Config().Grading;
        return ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("transcript");
            JsonSerializer.Serialize(json, transcript, JsonFormats.Line);
            json.WriteStartArray("grades");
            foreach (var turn in transcript.Turns)
            {
                var before = transcript.Turns.LastOrDefault(other => other.Agent == turn.Agent && other.Round == turn.Round - 1);
                json.WriteStartObject();
                Write(json, "vote", turn.Answer, transcript.Vote, mode);
                Write(json, "right", turn.Answer, transcript.Truth, mode);
                json.WriteBoolean("changed", before is not null && !(Same(before.Answer, turn.Answer, mode) ?? before.Answer == turn.Answer));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Null where one of both is not known.</summary>
    internal static bool? Same(string? answer, string? other, GradingMode mode) =>
        answer is null || other is null ? null : AnswerGrader.Same(answer, other, mode);

    /// <summary>An answer that nobody could read is not equal to one that is known.</summary>
    private static void Write(Utf8JsonWriter json, string name, string? answer, string? expected, GradingMode mode)
    {
        if (expected is null) json.WriteNull(name);
        else json.WriteBoolean(name, Same(answer, expected, mode) ?? false);
    }

    private static void Write(Utf8JsonWriter json, Summary results)
    {
        json.WriteStartArray();
        foreach (var rows in results.Methods.Where(row => row.Accuracy is not null).GroupBy(row => row.Name))
        {
            var method = MethodCatalog.Default.Find(rows.Key);
            json.WriteStartObject();
            json.WriteString("method", rows.Key);
            json.WriteString("title", MethodCatalog.Default.Title(rows.Key));
            json.WriteString("role", (method?.Role ?? MethodRole.Variant).ToString());
            json.WriteString("startsAs", method?.StartsAs);
            json.WriteStartArray("points");
            foreach (var row in rows)
            {
                var interval = row.Interval!.Value;
                json.WriteStartObject();
                json.WriteNumber("iteration", row.Iteration);
                json.WriteNumber("accuracy", row.Accuracy!.Value);
                json.WriteNumber("low", interval.Low);
                json.WriteNumber("high", interval.High);
                json.WriteNumber("problems", row.Problems);
                json.WriteNumber("tokens", row.GeneratedTokens);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, DebateEntry debate)
    {
        json.WriteStartObject();
        json.WriteNumber("line", debate.Line);
        json.WriteString("question", debate.Question);
        json.WriteString("truth", debate.Truth);
        json.WriteNumber("rounds", debate.Rounds);
        json.WriteBoolean("majority", debate.HasMajority);
        json.WriteBoolean("contested", debate.IsContested);
        Write(json, "first", debate.First);
        Write(json, "last", debate.Last);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, RoundVote vote)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, vote, JsonFormats.Line);
    }
}
