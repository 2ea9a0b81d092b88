using MultiagentFT.Foundation;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Native;
using MultiagentFT.SocietyDecoder;

namespace MultiagentFT.Bench.Decoding;

/// <summary>
/// Times one decode step of rows that belong to several agents, in every arrangement, interleaved in one run so that
/// whatever else the machine does meets all of them.
/// </summary>
public sealed class DecodeBench : IDisposable
{
    private const int Spare = 32;
    private const int WarmUps = 2;

    private readonly IModelRuntime _llama;
    private readonly SocietyRuntime _society;
    private readonly List<IRuntimeAdapter> _llamaAdapters;
    private readonly List<IRuntimeAdapter> _societyAdapters;
    private readonly DecodeBenchOptions _options;

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
        _llamaAdapters = [.. adapters.Select(_llama.LoadAdapter)];
        _societyAdapters = [.. adapters.Select(_society.LoadAdapter)];
    }

    /// <param name="progress">Told how many measurements are done.</param>
    /// <param name="cancellation">Ends between two steps.</param>
    public IReadOnlyList<DecodeResult> Run(IProgress<(int Done, int Total)>? progress, CancellationToken cancellation)
    {
        var cases = (from rows in _options.Rows from adapters in _options.Adapters where adapters <= rows select (rows, adapters)).ToList();
        var results = new List<DecodeResult>();
        for (var i = 0; i < cases.Count; i++)
        {
            progress?.Report((i, cases.Count));
            results.AddRange(Measure(cases[i].rows, cases[i].adapters, cancellation));
        }
        progress?.Report((cases.Count, cases.Count));
        return results;
    }

    public void Dispose()
    {
        foreach (var adapter in _llamaAdapters.Concat(_societyAdapters)) adapter.Dispose();
        _society.Dispose();
        _llama.Dispose();
    }

    /// <summary>An arrangement, ready to run.</summary>
    /// <param name="arrangement">Which.</param>
    /// <param name="rows">Rows of the step.</param>
    /// <param name="adapters">Different adapters among them; 0 only for the society decoder and the base.</param>
    internal StepRunner Runner(Arrangement arrangement, int rows, int adapters)
    {
        var groups = Enumerable.Range(0, rows).GroupBy(row => AdapterOf(row, rows, Math.Max(1, adapters))).ToList();
        return arrangement switch
        {
            Arrangement.Base => OneContext(rows, adapters: 0, [Enumerable.Range(0, rows)]),
            Arrangement.Society => Society(rows, adapters),
            Arrangement.Grouped => OneContext(rows, adapters, groups),
            Arrangement.Contexts => ManyContexts(adapters, groups),
            _ => OneContext(rows, adapters, Enumerable.Range(0, rows).Select(row => Enumerable.Repeat(row, 1))),
        };
    }

    private List<DecodeResult> Measure(int rows, int adapters, CancellationToken cancellation)
    {
        Arrangement[] arrangements = adapters > 0 ? Enum.GetValues<Arrangement>() : [Arrangement.Base, Arrangement.Society];
        var runners = new List<StepRunner>();
        try
        {
            foreach (var arrangement in arrangements) runners.Add(Runner(arrangement, rows, adapters));
            for (var repeat = -WarmUps; repeat < _options.Repeats; repeat++)
            {
                foreach (var runner in runners)
                {
                    cancellation.ThrowIfCancellationRequested();
                    runner.Run(counts: repeat >= 0);
                }
            }
            return [.. arrangements.Zip(runners, (arrangement, runner) => new DecodeResult(
                arrangement, arrangement == Arrangement.Base ? 0 : adapters, rows, runner.MedianMilliseconds, 1000 * rows / runner.MedianMilliseconds))];
        }
        finally
        {
            foreach (var runner in runners) runner.Dispose();
        }
    }

    /// <summary>Neighbouring rows share an adapter, as grouping needs it.</summary>
    private static int AdapterOf(int row, int rows, int adapters) => row * adapters / rows;

    private StepRunner Society(int rows, int adapters)
    {
        var context = (IMixedModelContext)Filled(_society, rows);
        for (var row = 0; row < rows && adapters > 0; row++) context.SetAdapter(row, _societyAdapters[AdapterOf(row, rows, adapters)]);
        return new StepRunner([context], [new StepRunner.Call(context, null, Switches: false, Batch(Enumerable.Range(0, rows)), _options.Depth)]);
    }

    private StepRunner OneContext(int rows, int adapters, IEnumerable<IEnumerable<int>> groups)
    {
        var context = Filled(_llama, rows);
        return new StepRunner([context], [.. groups.Select(group => new StepRunner.Call(
            context,
            adapters == 0 ? null : _llamaAdapters[AdapterOf(group.First(), rows, adapters)],
            Switches: adapters > 0,
            Batch(group),
            _options.Depth))]);
    }

    private StepRunner ManyContexts(int adapters, IReadOnlyList<IEnumerable<int>> groups)
    {
        var contexts = groups.Select(group => Filled(_llama, group.Count())).ToList();
        for (var i = 0; i < adapters; i++) contexts[i].SetAdapter(_llamaAdapters[i]);
        return new StepRunner(contexts, [.. groups.Select((group, i) => new StepRunner.Call(
            contexts[i], null, Switches: false, Batch(Enumerable.Range(0, group.Count())), _options.Depth))]);
    }

    /// <summary>A context whose slots hold as many tokens as asked for.</summary>
    private IModelContext Filled(IModelRuntime runtime, int slots)
    {
        var context = runtime.CreateContext(new ContextOptions
        {
            Slots = slots,
            SlotContext = _options.Depth + Spare,
            BatchTokens = Math.Max(slots, 256),
            Threads = _options.Threads,
        });
        var batch = new DecodeBatch(256);
        for (var slot = 0; slot < slots; slot++)
        {
            for (var position = 0; position < _options.Depth; position++)
            {
                batch.Add(1 + (((slot * 7) + position) % 200), position, slot, output: position == _options.Depth - 1);
                if (batch.Count < batch.Capacity && position < _options.Depth - 1) continue;
                context.Decode(batch);
                batch.Clear();
            }
        }
        return context;
    }

    private DecodeBatch Batch(IEnumerable<int> slots)
    {
        var batch = new DecodeBatch(256);
        foreach (var slot in slots) batch.Add(5, _options.Depth, slot, output: true);
        return batch;
    }
}
