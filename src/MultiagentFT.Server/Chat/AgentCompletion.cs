using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;
using MultiagentFT.Server.Models;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.Chat;

/// <summary>Answers of one agent, an adapter or the base, decoded in the same steps as everybody else's.</summary>
internal sealed class AgentCompletion(ServedSociety society, ServerOptions options, TimeProvider time)
{
    /// <summary>Answers when all choices have ended.</summary>
    public async Task<TokenUsage> AnswerAsync(HttpContext context, CompletionHead head, NamedModel model, ChatRequest request)
    {
        var choices = await society.Engine.GenerateBatchAsync(Requests(model, request), cancellation: context.RequestAborted).ConfigureAwait(false);
        Require(choices);
        var usage = TokenUsage.Of(choices);
        await ApiJson.WriteAsync(context, json => CompletionWriter.Whole(json, head, choices, usage)).ConfigureAwait(false);
        return usage;
    }

    /// <summary>Answers in pieces. What is refused before the first of them is answered by an error as usual.</summary>
    /// <returns>Null when it broke off, which the client has been told.</returns>
    public async Task<TokenUsage?> StreamAsync(HttpContext context, CompletionHead head, NamedModel model, ChatRequest request)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var events = Channel.CreateUnbounded<CompletionEvent>(new UnboundedChannelOptions { SingleReader = true });
        var choices = GenerateAsync(model, request, events.Writer, abandoned.Token);
        try
        {
            await events.Reader.WaitToReadAsync(context.RequestAborted).ConfigureAwait(false);
            if (events.Reader.TryPeek(out var first) && first.Result is { Failure: { } refused }) throw ErrorAnswer.Of(refused);
            return await WriteAsync(context, head, request, events.Reader, choices).ConfigureAwait(false);
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await choices.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Require(IReadOnlyList<GenerationResult> choices)
    {
        foreach (var choice in choices)
        {
            if (choice.Failure is { } failure) throw ErrorAnswer.Of(failure);
        }
    }

    /// <summary>One request a choice; the first has the client's own seed, so that it is the answer that <c>n</c> 1 would give.</summary>
    private GenerationRequest[] Requests(NamedModel model, ChatRequest request, Action<int, DrawnToken>? onDrawn = null)
    {
        var usual = society.Options.Debate;
        var seed = new Seed(request.Seed ?? options.NextSeed());
        return [.. Enumerable.Range(0, request.Choices).Select(index => new GenerationRequest
        {
            Messages = request.Messages,
            Adapter = model.Adapter,
            Sampling = SamplingOf(usual.Sampling, request),
            MaxNewTokens = request.MaxTokens ?? usual.MaxNewTokens,
            Seed = index == 0 ? seed.Value : seed.Of(index).Value,
            Stop = request.Stop,
            Format = request.Format,
            LogProbabilities = request.TopLogProbabilities is not { } top ? null : new LogProbabilityOptions
            {
                Top = top,
                OnDrawn = onDrawn is null ? null : drawn => onDrawn(index, drawn),
            },
        })];
    }

    public static SamplingOptions SamplingOf(SamplingOptions usual, ChatRequest request) => usual with
    {
        Temperature = request.Temperature ?? usual.Temperature,
        TopP = request.TopP ?? usual.TopP,
    };

    /// <summary>Passes on what happens, and at the end whatever ended it.</summary>
    private async Task GenerateAsync(
        NamedModel model, ChatRequest request, ChannelWriter<CompletionEvent> events, CancellationToken cancellation)
    {
        var drawn = new List<DrawnToken>[request.Choices];
        for (var i = 0; i < drawn.Length; i++) drawn[i] = [];
        try
        {
            await society.Engine.GenerateBatchAsync(
                Requests(model, request, (index, token) => drawn[index].Add(token)),
                (index, result) => events.TryWrite(new CompletionEvent(index, null, Taken(index), result)),
                (index, text) => events.TryWrite(new CompletionEvent(index, text, Taken(index), null)),
                cancellation).ConfigureAwait(false);
            events.Complete();
        }
        catch (Exception error)
        {
            events.Complete(error);
        }

        // All callbacks of a choice come from the thread that decodes it.
        IReadOnlyList<DrawnToken>? Taken(int index)
        {
            if (request.TopLogProbabilities is null) return null;
            var taken = drawn[index];
            drawn[index] = [];
            return taken;
        }
    }

    /// <param name="generating">Ends with the last of the events.</param>
    private async Task<TokenUsage?> WriteAsync(HttpContext context, CompletionHead head, ChatRequest request, ChannelReader<CompletionEvent> events, Task generating)
    {
        using var stream = new ServerSentEvents(context);
        stream.Begin();
        for (var index = 0; index < request.Choices; index++)
        {
            var choice = index;
            stream.Write(json => CompletionWriter.Chunk(json, head, choice, "", isFirst: true, null, null, request.IncludesUsage));
        }
        var ended = new GenerationResult[request.Choices];
        try
        {
            while (await events.WaitToReadAsync(context.RequestAborted).ConfigureAwait(false))
            {
                var began = time.GetTimestamp();
                // All that has come meanwhile goes out at once: a slow reader makes few large writes.
                foreach (var happened in CompletionEvent.Take(events))
                {
                    if (happened.Result is { } result) ended[happened.Index] = result;
                    if (happened.Result?.Failure is { } failure) throw ErrorAnswer.Of(failure);
                    stream.Write(json => CompletionWriter.Chunk(
                        json, head, happened.Index, happened.Text, isFirst: false, happened.Drawn is { Count: 0 } ? null : happened.Drawn, happened.Result?.Finish, request.IncludesUsage));
                }
                await stream.FlushAsync().ConfigureAwait(false);
                var rest = options.StreamInterval - time.GetElapsedTime(began);
                if (rest > TimeSpan.Zero) await generating.WaitAsync(rest, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            stream.Write(json => ErrorAnswer.Write(json, ErrorAnswer.Of(error)));
            await stream.FlushAsync().ConfigureAwait(false);
            return null;
        }
        var usage = TokenUsage.Of(ended);
        if (request.IncludesUsage) stream.Write(json => CompletionWriter.UsageChunk(json, head, usage));
        await stream.EndAsync().ConfigureAwait(false);
        return usage;
    }
}
