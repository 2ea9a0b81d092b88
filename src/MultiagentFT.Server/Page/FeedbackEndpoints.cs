using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Feedback;
using MultiagentFT.Server.Errors;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.Page;

/// <summary><c>/app/feedback</c>: what people think of answers.</summary>
internal sealed class FeedbackEndpoints(RunBrowser run, FeedbackFile file, ServedSociety society, ServerOptions options)
{
    /// <summary>How people agree with each other and with the votes.</summary>
    public Task SummaryAsync(HttpContext context)
    {
        _ = new PageQuery(context);
        var summary = RunBrowser.Guarded(() => FeedbackSummary.Of(FeedbackFile.Read(file.Path)));
        return ApiJson.WriteAsync(context, json => JsonSerializer.Serialize(json, summary, JsonFormats.Line));
    }

    /// <summary>
    /// Keeps a judgment: <c>by</c>, and <c>chosen</c> and <c>rejected</c>, or <c>answer</c> and <c>good</c>. Answers are <c>{"round", "agent"}</c> (from 1) of the
    /// debate <c>stage</c>, <c>line</c>, or <c>{"model", "text"}</c> to a <c>question</c> that was asked on the page.
    /// </summary>
    public async Task AddAsync(HttpContext context)
    {
        using var body = await ApiJson.ReadAsync(context, options.MaxBodyBytes).ConfigureAwait(false);
        var fields = new RequestFields(body.RootElement);
        var by = fields.RequiredText("by").Trim();
        if (by.Length is 0 or > Judgment.MostNameCharacters || by != Printable.Line(by))
            throw ApiException.Invalid("by", $"by: expected a name of 1 to {Judgment.MostNameCharacters} printable characters, found {by.Length} or others");
        var (prompt, answerOf) = fields.Any("stage") is not null ? OfRun(fields) : OfPage(fields);
        if (fields.Any("answer") is null)
        {
            var (chosen, rejected) = (Answer(fields, "chosen", answerOf), Answer(fields, "rejected", answerOf));
            fields.RefuseOthers();
            if (chosen.Text == rejected.Text) throw ApiException.Invalid("rejected", "rejected: expected an answer other than the chosen one, found the same");
            _ = Kept(() => file.Prefer(by, prompt, chosen, rejected));
        }
        else
        {
            var answer = Answer(fields, "answer", answerOf);
            var isGood = fields.Flag("good") ?? throw new ApiException(400, "missing_required_parameter", "good", "good: expected true or false, found none");
            fields.RefuseOthers();
            _ = Kept(() => file.Mark(by, prompt, answer, isGood));
        }
        context.Response.StatusCode = StatusCodes.Status201Created;
        await ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("kept", true);
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static (string Text, AnswerOrigin From) Answer(RequestFields fields, string name, Func<RequestFields, (string Text, AnswerOrigin From)> answerOf)
    {
        var answer = fields.Object(name) ?? throw new ApiException(400, "missing_required_parameter", name, $"{name}: expected an answer, found none");
        var found = answerOf(answer);
        answer.RefuseOthers();
        return string.IsNullOrWhiteSpace(found.Text) ? throw ApiException.Invalid(name, $"{name}: expected an answer, found an empty one") : found;
    }

    /// <summary>Texts and vote are those of the run, whatever the page has shown.</summary>
    private (IReadOnlyList<ChatMessage> Prompt, Func<RequestFields, (string Text, AnswerOrigin From)> AnswerOf) OfRun(RequestFields fields)
    {
        var stage = fields.RequiredText("stage");
        _ = fields.Required("line");
        var transcript = run.Debate(stage, (int)fields.Whole("line", 1, int.MaxValue)!.Value);
        var config = run.Config();
        var asked = transcript.Turns.FirstOrDefault(turn => turn.Round == 1)?.Prompt ?? transcript.Question;
        return ([.. config.Prompts.Beginning, ChatMessage.User(asked)], answer => TurnOf(answer, stage, transcript, config.Grading));
    }

    private static (string Text, AnswerOrigin From) TurnOf(RequestFields answer, string stage, Transcript transcript, GradingMode mode)
    {
        _ = answer.Required("round");
        _ = answer.Required("agent");
        var (round, agent) = ((int)answer.Whole("round", 1, int.MaxValue)!.Value, (int)answer.Whole("agent", 1, int.MaxValue)!.Value - 1);
        var turn = transcript.Turns.FirstOrDefault(turn => turn.Round == round && turn.Agent == agent)
            ?? throw ApiException.NotFound("turn_not_found", answer.PathOf("round"), $"{answer.PathOf("round")}: expected a turn of the debate, found none of agent {agent + 1} in round {round}");
        bool? isVote = transcript.Vote is null ? null : RunEndpoints.Same(turn.Answer, transcript.Vote, mode) ?? false;
        return (turn.Text, new AnswerOrigin(turn.Speaker, stage, transcript.ProblemId, round, agent, isVote));
    }

    /// <summary>Answers to a question as every agent of the society is asked.</summary>
    private (IReadOnlyList<ChatMessage> Prompt, Func<RequestFields, (string Text, AnswerOrigin From)> AnswerOf) OfPage(RequestFields fields)
    {
        var question = fields.RequiredText("question").Trim();
        if (question.Length == 0) throw ApiException.Invalid("question", "question: expected a text, found nothing");
        var prompts = society.Options.Prompts;
        return ([.. prompts.Beginning, prompts.SolveMessage(question)], answer => (answer.RequiredText("text"), new AnswerOrigin(ModelOf(answer))));
    }

    private static string ModelOf(RequestFields answer) => answer.RequiredText("model") is { Length: > 0 and <= 256 } model && model == Printable.Line(model)
        ? model
        : throw ApiException.Invalid(answer.PathOf("model"), $"{answer.PathOf("model")}: expected the name of a model, found another text");

    private static T Kept<T>(Func<T> keep)
    {
        try
        {
            return keep();
        }
        catch (InputException error)
        {
            throw new ApiException(503, "storage_error", null, $"the judgment could not be kept: {error.Message}", error) { RetryAfter = 1 };
        }
    }
}
