using System.Text.RegularExpressions;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>
/// Agents that know arithmetic and err at will: the base model answers 40 % right, each training of an adapter adds
/// 20 points. Answers depend on the request's seed and on the adapter file's content.
/// </summary>
internal partial class ToyEngine(Interruption interruption) : IGenerationEngine
{
    private readonly Dictionary<AdapterVersion, string> _adapters = [];
    private long _generated;

    public ModelDescription Model { get; } = new("toy.gguf", "toy", "llama", 1000, 4000, 512, 64);

    public EngineStatistics Statistics => new(0, 0, _generated, 0, 0);

    public IReadOnlyCollection<AdapterVersion> Adapters => _adapters.Keys;

    public bool IsBatchInvariant { get; init; }

    public List<GenerationRequest> Requests { get; } = [];

    public int MostAdapters { get; private set; }

    /// <summary>Why the request of an index in its batch fails; null serves it.</summary>
    public Func<int, GenerationFailure?> Failure { get; set; } = _ => null;

    /// <summary>The control token that a text spells.</summary>
    public Func<string, string?> Markup { get; set; } = _ => null;

    /// <summary>How an answer stands in its box.</summary>
    public Func<int, string> Box { get; init; } = answer => $"{answer}";

    public string? FindMarkup(string text) => Markup(text);

    protected Interruption Interruption => interruption;

    /// <summary>Of the file of a loaded adapter.</summary>
    protected string ContentOf(AdapterVersion adapter) => _adapters[adapter];

    public Task LoadAdapterAsync(AdapterVersion adapter, string path, CancellationToken cancellation = default)
    {
        interruption.Pass();
        _adapters.Add(adapter, File.ReadAllText(path));
        MostAdapters = Math.Max(MostAdapters, _adapters.Count);
        return Task.CompletedTask;
    }

    public Task UnloadAdapterAsync(AdapterVersion adapter, CancellationToken cancellation = default)
    {
        interruption.Pass();
        _adapters.Remove(adapter);
        return Task.CompletedTask;
    }

    public Task<GenerationResult> GenerateAsync(
        GenerationRequest request, Action<string>? onText = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException("a run answers in batches");

    public Task<IReadOnlyList<GenerationResult>> GenerateBatchAsync(
        IReadOnlyList<GenerationRequest> requests,
        Action<int, GenerationResult>? onCompleted = null,
        Action<int, string>? onText = null,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        interruption.Pass();
        var results = new List<GenerationResult>();
        foreach (var request in requests)
        {
            Requests.Add(request);
            var failure = Failure(results.Count);
            var text = failure is null ? Answer(request) : "";
            var finish = failure is null ? FinishReason.EndOfTurn : FinishReason.Failed;
            results.Add(new GenerationResult(text, new int[text.Length], finish, 10, 0, failure));
            _generated += text.Length;
            onCompleted?.Invoke(results.Count - 1, results[^1]);
        }
        interruption.Pass();
        return Task.FromResult<IReadOnlyList<GenerationResult>>(results);
    }

    public Task ClearCacheAsync(CancellationToken cancellation = default)
    {
        interruption.Pass();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Answer(GenerationRequest request)
    {
        if (request.Messages[^1].Content.Contains("Summarize", StringComparison.Ordinal)) return "They disagree & <b>argue</b>.";
        var seed = new Seed(request.Seed);
        var right = 0.4;
        if (request.Adapter is { } adapter)
        {
            seed = seed.Of(_adapters[adapter]);
            right += 0.2 * adapter.Version;
        }
        var random = seed.Generator();
        var value = Evaluate(request.Messages.First(message => Expression().IsMatch(message.Content)).Content);
        var answer = random.NextDouble() < right ? value : value + 1 + random.Next(3);
        return $"Step by step, \\boxed{{{Box(answer)}}}";
    }

    private static int Evaluate(string question)
    {
        var numbers = Expression().Match(question).Groups.Values.Skip(1).Select(group => int.Parse(group.Value)).ToArray();
        return numbers[0] + (numbers[1] * numbers[2]) + numbers[3] - (numbers[4] * numbers[5]);
    }

    [GeneratedRegex(@"(\d+)\+(\d+)\*(\d+)\+(\d+)-(\d+)\*(\d+)")]
    private static partial Regex Expression();
}
