using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Bench.Decoding;

/// <summary>
/// Times one step of rows that belong to several agents, in every arrangement, interleaved in one run so that whatever else
/// the machine does meets all of them.
/// </summary>
public sealed class DecodeBench : IDisposable
{
    private const int WarmUps = 2;

    private readonly IModelRuntime _llama;
    private readonly CpuRuntime _mixed;
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
        _llama = ModelRuntimes.Open(model, new LlamaRuntimeOptions { GpuLayers = 0 });
        _mixed = CpuRuntime.Open(model);
        _factory = new StepRunnerFactory(_llama, _mixed, Load(_llama, adapters), Load(_mixed, adapters), options);
    }

    /// <param name="progress">Told how many measurements are done.</param>
    /// <param name="cancellation">Ends between two steps.</param>
    public IReadOnlyList<DecodeMeasurement> Run(IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        int[] rows = [.. _options.Rows.Distinct()];
        var measurements = new List<DecodeMeasurement>();
        for (var i = 0; i < rows.Length; i++)
        {
            progress?.Report((i, rows.Length));
            int[] adapters = [.. _options.Adapters.Distinct().Where(count => count <= rows[i])];
            if (adapters.Length > 0) measurements.AddRange(Measure(rows[i], adapters, cancellation));
        }
        progress?.Report((rows.Length, rows.Length));
        return measurements;
    }

    public void Dispose()
    {
        foreach (var adapter in _adapters) adapter.Dispose();
        _mixed.Dispose();
        _llama.Dispose();
    }

    /// <summary>An arrangement, ready to run.</summary>
    /// <param name="arrangement">Which.</param>
    /// <param name="rows">Sequences of the step.</param>
    /// <param name="adapters">Different adapters among them; 0 only for the mixed-adapter decoder and the base.</param>
    internal StepRunner Runner(Arrangement arrangement, int rows, int adapters) => _factory.Create(arrangement, rows, adapters);

    private List<IRuntimeAdapter> Load(IModelRuntime runtime, IReadOnlyList<string> files)
    {
        var loaded = files.Select(runtime.LoadAdapter).ToList();
        _adapters.AddRange(loaded);
        return loaded;
    }

    /// <summary>
    /// All arrangements of all numbers of adapters in turns, and the step without any once: every ratio is of one run. All
    /// contexts of a row count are in memory meanwhile.
    /// </summary>
    private List<DecodeMeasurement> Measure(int rows, int[] adapters, CancellationToken cancellation)
    {
        var runners = new List<(Arrangement Arrangement, int Adapters, StepRunner Runner)>();
        try
        {
            Add(Arrangement.Base, 0);
            foreach (var count in adapters)
                foreach (var arrangement in count > 0 ? Enum.GetValues<Arrangement>().Skip(1) : [Arrangement.Mixed]) Add(arrangement, count);
            for (var turn = -WarmUps; turn < _options.Repeats; turn++)
            {
                foreach (var (_, _, runner) in runners)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (turn < 0 || IsDue(runner, turn)) runner.Run(counts: turn >= 0);
                }
            }
            var results = runners.ConvertAll(each => Result(each.Arrangement, rows, each.Adapters, each.Runner));
            return
            [
                .. adapters.Select(count => new DecodeMeasurement(
                    rows, count, [results[0], .. results.Skip(1).Where(result => result.Adapters == count)])),
            ];
        }
        finally
        {
            foreach (var (_, _, runner) in runners) runner.Dispose();
        }

        void Add(Arrangement arrangement, int count) => runners.Add((arrangement, count, Runner(arrangement, rows, count)));
    }

    /// <summary>Spreads the repeats of a runner over the turns of all.</summary>
    private bool IsDue(StepRunner runner, int turn) =>
        (long)(turn + 1) * runner.Repeats / _options.Repeats > (long)turn * runner.Repeats / _options.Repeats;

    private DecodeResult Result(Arrangement arrangement, int rows, int adapters, StepRunner runner) => new(
        arrangement,
        adapters,
        rows,
        _options.Prompt,
        runner.Repeats,
        runner.MedianMilliseconds,
        runner.MinMilliseconds,
        1000 * rows * _options.TokensPerSequence / runner.MedianMilliseconds);
}
