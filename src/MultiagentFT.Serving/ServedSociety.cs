using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Protocol.Events;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Remote;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Serving;

/// <summary>
/// A model, or a finetuned society of agents over one model, in memory: answers of single agents and whole debates, many at a
/// time. Members may be called from any thread. Disposing it ends what runs with <see cref="FailureKind.Stopped"/>; calls after
/// that throw <see cref="ObjectDisposedException"/>.
/// </summary>
public sealed class ServedSociety : IAsyncDisposable
{
    /// <summary>The agent that has no adapter.</summary>
    public const string BaseAgent = "base";

    private readonly Dictionary<string, DebateAgent> _agents;

    private readonly bool _ownsEngine;

    private ServedSociety(SocietyOptions options, IGenerationEngine engine, RemoteEndpoint? endpoint, bool ownsEngine)
    {
        (Options, Engine, Endpoint, _ownsEngine) = (options, engine, endpoint, ownsEngine);
        Beside = options.Beside.ToDictionary(
            other => other.Key, other => new ServedSociety(other.Value, engine, endpoint, ownsEngine: false), StringComparer.Ordinal);
        Speakers = options.Speakers ?? Society.OfBase(options.Debate.Agents);
        Agents = [.. Speakers.Generators.Concat(Speakers.Critics).Append(new DebateAgent(BaseAgent, null)).DistinctBy(agent => agent.Name)];
        _agents = Agents.ToDictionary(agent => agent.Name, StringComparer.Ordinal);
    }

    /// <summary>As it was opened.</summary>
    public SocietyOptions Options { get; }

    /// <summary>Generators, critics (<c>generator-1</c>, <c>critic-2</c>), and <see cref="BaseAgent"/>.</summary>
    public IReadOnlyList<DebateAgent> Agents { get; }

    /// <summary>Who speaks in a debate.</summary>
    public Society Speakers { get; }

    /// <summary>The societies of <see cref="SocietyOptions.Beside"/>, over the same engine, with which they end. Their adapters' names begin with theirs.</summary>
    public IReadOnlyDictionary<string, ServedSociety> Beside { get; }

    /// <summary>Serves all agents; disposed with the society.</summary>
    public IGenerationEngine Engine { get; }

    /// <summary>Serves remote models, and counts what they cost; null where all agents are in this process.</summary>
    public RemoteEndpoint? Endpoint { get; }

    /// <summary>Opens the newest finetuned society of a run folder, a GGUF file, or a remote model (<c>openai:NAME</c>).</summary>
    /// <inheritdoc cref="OpenAsync(SocietyOptions, CancellationToken)"/>
    public static Task<ServedSociety> OpenAsync(string folderOrModel, CancellationToken cancellation = default) =>
        OpenAsync(SocietyOptions.Of(folderOrModel), cancellation);

    /// <summary>Loads model and adapters.</summary>
    /// <exception cref="InputException">A file or an option is not what was expected; the message names all options at fault.</exception>
    public static Task<ServedSociety> OpenAsync(SocietyOptions options, CancellationToken cancellation = default) =>
        OpenAsync(options, null, cancellation);

    /// <param name="wrap">Replaces the runtime by one that passes on to it, for measurements.</param>
    internal static async Task<ServedSociety> OpenAsync(
        SocietyOptions options, Func<IModelRuntime, IModelRuntime>? wrap, CancellationToken cancellation)
    {
        RunConfigFile.Check("options", options);
        if (options.ExpectedSha256 is { } expected && await Task.Run(() => InputFile.OfModel(options.Model), cancellation).ConfigureAwait(false) is var model && model.Sha256 != expected)
            throw new InputException(options.Model, null, $"the base model that the society was trained on (SHA-256 {expected})", model.Sha256);
        options = options with { Beside = options.Beside.ToDictionary(other => other.Key, other => other.Value.Under(other.Key), StringComparer.Ordinal) };
        var (engine, endpoint) = await SocietyEngine.OpenAsync(options, wrap, cancellation).ConfigureAwait(false);
        try
        {
            foreach (var adapter in options.AllAdapters)
                await engine.LoadAdapterAsync(adapter.Adapter(), adapter.File, cancellation).ConfigureAwait(false);
            return new ServedSociety(options, engine, endpoint, ownsEngine: true);
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>One agent's answer to a conversation.</summary>
    /// <param name="agent">One of <see cref="Agents"/>.</param>
    /// <exception cref="InputException">There is no such agent.</exception>
    /// <exception cref="GenerationException">The request could not be served.</exception>
    public Task<GenerationResult> AskAsync(
        string agent, IReadOnlyList<ChatMessage> messages, AnswerOptions? options = null, CancellationToken cancellation = default) =>
        Engine.GenerateAsync(Request(agent, messages, options), cancellation: cancellation);

    /// <summary>One agent's answer.</summary>
    /// <param name="onText">Told of each piece as it is decoded, on the engine's thread: be quick.</param>
    /// <inheritdoc cref="AskAsync(string, IReadOnlyList{ChatMessage}, AnswerOptions, CancellationToken)"/>
    public Task<GenerationResult> AskAsync(
        string agent, IReadOnlyList<ChatMessage> messages, AnswerOptions? options, Action<string> onText, CancellationToken cancellation = default) =>
        Engine.GenerateAsync(Request(agent, messages, options), onText, cancellation);

    /// <summary>One agent's answer, piece by piece. Leaving the loop early cancels it.</summary>
    /// <inheritdoc cref="AskAsync(string, IReadOnlyList{ChatMessage}, AnswerOptions, CancellationToken)"/>
    public IAsyncEnumerable<string> StreamAsync(
        string agent, IReadOnlyList<ChatMessage> messages, AnswerOptions? options = null, CancellationToken cancellation = default) =>
        Engine.StreamAsync(Request(agent, messages, options), cancellation);

    /// <summary>Holds a debate.</summary>
    /// <param name="question">Of any subject. An expression of the arithmetic task is put in its words, and its answer is checked.</param>
    /// <param name="observer">Told of every turn and vote as it happens.</param>
    /// <exception cref="InputException">The question is empty.</exception>
    /// <exception cref="GenerationException">No agent could answer.</exception>
    public Task<DebateOutcome> DebateAsync(
        string question, IDebateObserver? observer = null, CancellationToken cancellation = default) =>
        DebateAsync(question, new AnswerOptions(), observer, cancellation);

    /// <summary>Holds a debate.</summary>
    /// <param name="options">How every turn is sampled, and the seed of the debate.</param>
    /// <exception cref="InputException">The question is empty, or an option is out of range or has no meaning in a debate.</exception>
    /// <inheritdoc cref="DebateAsync(string, IDebateObserver, CancellationToken)"/>
    public async Task<DebateOutcome> DebateAsync(
        string question, AnswerOptions options, IDebateObserver? observer = null, CancellationToken cancellation = default)
    {
        if (options.Stop.Count > 0) throw new InputException("stop", null, "none in a debate", $"{options.Stop.Count}");
        if (options.Format != AnswerFormat.Text) throw new InputException("format", null, "Text in a debate", $"{options.Format}");
        if (options.LogProbabilities is not null) throw new InputException("logProbabilities", null, "none in a debate", "some");
        var asked = Question.Read(question, Options.Grading);
        var debate = Options.Debate with
        {
            Sampling = options.Sampling ?? Options.Debate.Sampling,
            MaxNewTokens = options.MaxNewTokens ?? Options.Debate.MaxNewTokens,
        };
        var transcripts = await new DebateRunner(Engine, asked.Task, Options.Prompts, debate)
            .RunAsync([asked.Problem], Speakers, new Seed(options.Seed ?? Options.Seed), observer, cancellation).ConfigureAwait(false);
        return DebateOutcome.Of(transcripts[0], asked.Task.Same);
    }

    /// <summary>Holds a debate and yields what happens in it, at last <see cref="DebateEnded"/>. Leaving the loop early cancels it.</summary>
    /// <inheritdoc cref="DebateAsync(string, IDebateObserver, CancellationToken)"/>
    public IAsyncEnumerable<DebateEvent> StreamDebateAsync(string question, CancellationToken cancellation = default) =>
        StreamDebateAsync(question, new AnswerOptions(), cancellation);

    /// <summary>Holds a debate and yields what happens in it, at last <see cref="DebateEnded"/>. Leaving the loop early cancels it.</summary>
    /// <inheritdoc cref="DebateAsync(string, AnswerOptions, IDebateObserver, CancellationToken)"/>
    public async IAsyncEnumerable<DebateEvent> StreamDebateAsync(
        string question, AnswerOptions options, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var events = Channel.CreateUnbounded<DebateEvent>(new UnboundedChannelOptions { SingleReader = true });
        var debate = WriteAsync(events.Writer, question, options, abandoned.Token);
        try
        {
            await foreach (var happened in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) yield return happened;
        }
        finally
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
            await debate.ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _ownsEngine ? Engine.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>Passes events on, and at the end whatever ended the debate.</summary>
    private async Task WriteAsync(ChannelWriter<DebateEvent> events, string question, AnswerOptions options, CancellationToken cancellation)
    {
        try
        {
            var outcome = await DebateAsync(question, options, new EventWriter(events), cancellation).ConfigureAwait(false);
            events.TryWrite(new DebateEnded(outcome));
            events.Complete();
        }
        catch (Exception error)
        {
            events.Complete(error);
        }
    }

    private GenerationRequest Request(string agent, IReadOnlyList<ChatMessage> messages, AnswerOptions? options) => new()
    {
        Messages = messages,
        Adapter = _agents.TryGetValue(agent, out var found)
            ? found.Adapter
            : throw new InputException("agent", null, $"one of {string.Join(", ", _agents.Keys)}", agent),
        Sampling = options?.Sampling ?? Options.Debate.Sampling,
        MaxNewTokens = options?.MaxNewTokens ?? Options.Debate.MaxNewTokens,
        Stop = options?.Stop ?? [],
        Format = options?.Format ?? AnswerFormat.Text,
        LogProbabilities = options?.LogProbabilities,
        Seed = options?.Seed ?? new Seed(Options.Seed).Of("ask").Of(agent).Value,
    };

    private sealed class EventWriter(ChannelWriter<DebateEvent> events) : IDebateObserver
    {
        public bool WantsText => true;

        public void On(DebateEvent happened) => events.TryWrite(happened);
    }
}
