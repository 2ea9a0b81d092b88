using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.SocietyDecoder;

namespace MultiagentFT.Bench.Decoding;

/// <summary>
/// Times one step of rows that belong to several agents, in every arrangement, interleaved in one run so that whatever else
/// the machine does meets all of them.
/// </summary>
public sealed class DecodeBench : IDisposable
{
    private const int WarmUps = 2;

    private readonly IModelRuntime _llama;
    private readonly SocietyRuntime _society;
    private readonly List<IRuntimeAdapter> _adapters = [];
    private readonly DecodeBenchOptions _options;
    private readonly StepRunnerFactory _factory;

    /// <param name="model">GGUF file.</param>
    /// <param name="adapters">As many files as the largest number of adapters asked for.</param>
    /// <param name="options">What to measure.</param>
    /// <exception cref="InputException">The options or a file are not what was expected.</exception>
    public DecodeBench(string model, IReadOnlyList<string> adapters, DecodeBenchOptions options)
    {
        if (options.Validate().FirstOrDefault() is { } error) throw new InputException(error);
        _options = options;
        _llama = ServingRuntime.Open(model, new LlamaRuntimeOptions { GpuLayers = 0 });
        _society = SocietyRuntime.Open(model);
        _factory = new StepRunnerFactory(_llama, _society, Load(_llama, adapters), Load(_society, adapters), options);
    }

    /// <param name="progress">Told how many measurements are done.</param>
    /// <param name="cancellation">Ends between two steps.</param>
    public IReadOnlyList<DecodeMeasurement> Run(IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        var cases =
            (from rows in _options.Rows.Distinct() from adapters in _options.Adapters.Distinct() where adapters <= rows select (rows, adapters)).ToList();
        var measurements = new List<DecodeMeasurement>();
        foreach (var (rows, adapters) in cases)
        {
            progress?.Report((measurements.Count, cases.Count));
            measurements.Add(Measure(rows, adapters, cancellation));
        }
        progress?.Report((cases.Count, cases.Count));
        return measurements;
    }

    public void Dispose()
    {
        foreach (var adapter in _adapters) adapter.Dispose();
        _society.Dispose();
        _llama.Dispose();
    }

    /// <summary>An arrangement, ready to run.</summary>
    /// <param name="arrangement">Which.</param>
    /// <param name="rows">Sequences of the step.</param>
    /// <param name="adapters">Different adapters among them; 0 only for the society decoder and the base.</param>
    internal StepRunner Runner(Arrangement arrangement, int rows, int adapters) => _factory.Create(arrangement, rows, adapters);

    private List<IRuntimeAdapter> Load(IModelRuntime runtime, IReadOnlyList<string> files)
    {
        var loaded = files.Select(runtime.LoadAdapter).ToList();
        _adapters.AddRange(loaded);
        return loaded;
    }

    private DecodeMeasurement Measure(int rows, int adapters, CancellationToken cancellation)
    {
        Arrangement[] arrangements = adapters > 0 ? Enum.GetValues<Arrangement>() : [Arrangement.Base, Arrangement.Society];
        var runners = new List<StepRunner>();
        try
        {
            foreach (var arrangement in arrangements) runners.Add(Runner(arrangement, rows, adapters));
            for (var turn = -WarmUps; turn < _options.Repeats; turn++)
            {
                foreach (var runner in runners)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (turn < 0 || IsDue(runner, turn)) runner.Run(counts: turn >= 0);
                }
            }
            return new DecodeMeasurement(rows, adapters, [.. arrangements.Zip(runners, (arrangement, runner) => Result(arrangement, rows, adapters, runner))]);
        }
        finally
        {
            foreach (var runner in runners) runner.Dispose();
        }
    }

    /// <summary>Spreads the repeats of a runner over the turns of all.</summary>
    private bool IsDue(StepRunner runner, int turn) =>
        (long)(turn + 1) * runner.Repeats / _options.Repeats > (long)turn * runner.Repeats / _options.Repeats;

    private DecodeResult Result(Arrangement arrangement, int rows, int adapters, StepRunner runner) => new(
        arrangement,
        arrangement == Arrangement.Base ? 0 : adapters,
        rows,
        _options.Prompt,
        runner.Repeats,
        runner.MedianMilliseconds,
        runner.MinMilliseconds,
        1000 * rows * _options.TokensPerSequence / runner.MedianMilliseconds);
}
