using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.Chat;

/// <summary>
/// A debate on the client's question. The answer is one that stands behind the vote; the debate lies under an extension field, and a
/// stream tells of it while it is held.
/// </summary>
internal sealed class SocietyCompletion(ServedSociety society, ServerOptions options)
{
    public async Task<TokenUsage> AnswerAsync(HttpContext context, CompletionHead head, ChatRequest request)
    {
        Check(request);
        var observer = new UsageObserver();
        var outcome = await society.DebateAsync(QuestionOf(request), OptionsOf(request), observer, context.RequestAborted).ConfigureAwait(false);
        await ApiJson.WriteAsync(
            context, json => CompletionWriter.Whole(json, head, [AnswerOf(outcome)], observer.Usage, more => WriteDebate(more, outcome))).ConfigureAwait(false);
        return observer.Usage;
    }

    /// <returns>Null when it broke off, which the client has been told.</returns>
    public async Task<TokenUsage?> StreamAsync(HttpContext context, CompletionHead head, ChatRequest request)
    {
        Check(request);
        var usage = new UsageObserver();
        await using var events = society.StreamDebateAsync(QuestionOf(request), OptionsOf(request), context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        // A question that is refused is refused before anything is sent.
        if (!await events.MoveNextAsync().ConfigureAwait(false)) return null;
        using var stream = new ServerSentEvents(context);
        stream.Begin();
        try
        {
            var isFirst = true;
            do
            {
                usage.On(events.Current);
                Write(stream, head, events.Current, isFirst, request.IncludesUsage);
                isFirst = false;
                await stream.FlushAsync().ConfigureAwait(false);
            }
            while (await events.MoveNextAsync().ConfigureAwait(false));
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            stream.Write(json => ErrorAnswer.Write(json, ErrorAnswer.Of(error)));
            await stream.FlushAsync().ConfigureAwait(false);
            return null;
        }
        if (request.IncludesUsage) stream.Write(json => CompletionWriter.UsageChunk(json, head, usage.Usage));
        await stream.EndAsync().ConfigureAwait(false);
        return usage.Usage;
    }

    /// <summary>What a debate cannot do is refused.</summary>
    private static void Check(ChatRequest request)
    {
        if (request.Messages is not [{ Role: ChatMessage.UserRole }])
            throw ApiException.Invalid("messages", $"messages: expected one user message, as a society debates one question, found {request.Messages.Count} of roles {string.Join(", ", request.Messages.Select(message => message.Role).Distinct())}");
        if (string.IsNullOrWhiteSpace(request.Messages[0].Content)) throw ApiException.Invalid("messages", "messages: expected a question, found an empty text");
        if (request.Choices != 1) throw ApiException.Unsupported("n", $"n: expected 1, as a society gives one answer, found {request.Choices}");
        if (request.Stop.Count > 0) throw ApiException.Unsupported("stop", "stop: expected none, as answers of a debate are read whole, found some");
        if (request.Format != AnswerFormat.Text)
            throw ApiException.Unsupported("response_format.type", "response_format.type: expected text, as a debate votes on answers in words, found json_object");
        if (request.TopLogProbabilities is not null) throw ApiException.Unsupported("logprobs", "logprobs: expected false, as several models write a debate, found true");
    }

    private static string QuestionOf(ChatRequest request) => request.Messages[0].Content;

    private AnswerOptions OptionsOf(ChatRequest request) => new()
    {
        Sampling = AgentCompletion.SamplingOf(society.Options.Debate.Sampling, request),
        MaxNewTokens = request.MaxTokens,
        Seed = request.Seed ?? options.NextSeed(),
    };

    private static GenerationResult AnswerOf(DebateOutcome outcome) => outcome.Answer is { } turn
        ? new GenerationResult(turn.Text, [], turn.Finish, turn.PromptTokens, 0)
        : throw new ApiException(500, "no_answer", null, "no agent could answer in the last round");

    private static void Write(ServerSentEvents stream, CompletionHead head, DebateEvent happened, bool isFirst, bool hasUsage)
    {
        if (happened is not DebateEnded { Outcome: var outcome })
        {
            stream.Write(json => CompletionWriter.Chunk(json, head, 0, "", isFirst, null, null, hasUsage, more => WriteEvent(more, happened)));
            return;
        }
        var answer = AnswerOf(outcome);
        stream.Write(json => CompletionWriter.Chunk(json, head, 0, answer.Text, isFirst, null, null, hasUsage));
        stream.Write(json => CompletionWriter.Chunk(json, head, 0, "", isFirst: false, null, answer.Finish, hasUsage, more => WriteDebate(more, outcome)));
    }

    /// <summary>The whole debate, as <c>mft debate --json</c> prints it.</summary>
    private static void WriteDebate(Utf8JsonWriter json, DebateOutcome outcome)
    {
        json.WriteStartObject(ApiJson.ExtensionField);
        json.WritePropertyName("debate");
        JsonSerializer.Serialize(json, outcome, JsonFormats.Line);
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, DebateEvent happened)
    {
        json.WriteStartObject(ApiJson.ExtensionField);
        switch (happened)
        {
            case TurnStarted started:
                json.WriteString("event", "turn_started");
                WriteTurn(json, started.Turn);
                break;
            case TextGenerated generated:
                json.WriteString("event", "text");
                WriteTurn(json, generated.Turn);
                json.WriteString("text", generated.Piece);
                break;
            case TurnEnded ended:
                json.WriteString("event", "turn_ended");
                WriteTurn(json, ended.Turn);
                json.WriteString("text", ended.Result.Text);
                json.WriteString("failure", ended.Result.Failure?.Message);
                break;
            case RoundVoted voted:
                json.WriteString("event", "round_voted");
                json.WriteNumber("round", voted.Vote.Round);
                json.WriteString("answer", voted.Vote.Answer);
                json.WriteNumber("votes", voted.Vote.Votes);
                json.WriteNumber("voters", voted.Vote.Voters);
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteTurn(Utf8JsonWriter json, SpeakingTurn turn)
    {
        json.WriteNumber("round", turn.Round);
        json.WriteNumber("agent", turn.Agent + 1);
        json.WriteString("speaker", turn.Speaker);
        json.WriteBoolean("summary", turn.IsSummary);
    }
}
