using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Bench.Decoding;

/// <summary>Prepares arrangements: contexts whose slots hold tokens already, and the decode calls of a step.</summary>
/// <param name="llama">The model on libllama.</param>
/// <param name="mixed">The same on the mixed-adapter decoder.</param>
/// <param name="llamaAdapters">As many as the largest number of adapters asked for.</param>
/// <param name="mixedAdapters">The same files.</param>
/// <param name="options">Sizes.</param>
internal sealed class StepRunnerFactory(
    IModelRuntime llama,
    CpuRuntime mixed,
    IReadOnlyList<IRuntimeAdapter> llamaAdapters,
    IReadOnlyList<IRuntimeAdapter> mixedAdapters,
    DecodeBenchOptions options)
{
    /// <summary>Rows of a call that fills a slot.</summary>
    private const int FillRows = 64;

    private const int Spare = 32;

    /// <param name="arrangement">Which.</param>
    /// <param name="rows">Sequences of the step.</param>
    /// <param name="adapters">Different adapters among them; 0 only for the mixed-adapter decoder and the base.</param>
    public StepRunner Create(Arrangement arrangement, int rows, int adapters)
    {
        var repeats = options.RepeatsOf(arrangement, rows);
        var all = Enumerable.Range(0, rows).ToArray();
        int[][] groups = [.. all.GroupBy(row => AdapterOf(row, rows, Math.Max(1, adapters))).Select(group => group.ToArray())];
        return arrangement switch
        {
            Arrangement.Base => OneContext([all], rows, adapters: 0, repeats),
            Arrangement.Mixed => Mixed(all, adapters, repeats),
            Arrangement.Grouped => OneContext(groups, rows, adapters, repeats),
            Arrangement.Contexts => ManyContexts(groups, repeats),
            _ => OneContext([.. all.Select(row => (int[])[row])], rows, adapters, repeats),
        };
    }

    /// <summary>Neighbouring rows share an adapter, as grouping needs it.</summary>
    private static int AdapterOf(int row, int rows, int adapters) => row * adapters / rows;

    private StepRunner Mixed(int[] slots, int adapters, int repeats)
    {
        var context = Filled(mixed, slots.Length);
        for (var slot = 0; slot < slots.Length && adapters > 0; slot++)
            context.SetAdapter(slot, mixedAdapters[AdapterOf(slot, slots.Length, adapters)]);
        return new StepRunner([context], [.. Calls(context, slots, null, switches: false)], repeats);
    }

    private StepRunner OneContext(int[][] groups, int rows, int adapters, int repeats)
    {
        var context = Filled(llama, rows);
        return new StepRunner(
            [context],
            [
                .. groups.SelectMany(group => Calls(
                    context, group, adapters == 0 ? null : llamaAdapters[AdapterOf(group[0], rows, adapters)], switches: adapters > 0)),
            ],
            repeats);
    }

    private StepRunner ManyContexts(int[][] groups, int repeats)
    {
        var contexts = new List<IModelContext>();
        try
        {
            for (var i = 0; i < groups.Length; i++)
            {
                contexts.Add(Filled(llama, groups[i].Length));
                contexts[i].SetAdapter(llamaAdapters[i]);
            }
        }
        catch
        {
            contexts.ForEach(context => context.Dispose());
            throw;
        }
        return new StepRunner(
            [.. contexts],
            [.. groups.SelectMany((group, i) => Calls(contexts[i], [.. Enumerable.Range(0, group.Length)], null, switches: false))],
            repeats);
    }

    /// <summary>A context whose slots hold as many tokens as asked for: one is computed, the others are copies.</summary>
    private IModelContext Filled(IModelRuntime runtime, int slots)
    {
        var context = runtime.CreateContext(new ContextOptions
        {
            Slots = slots,
            SlotContext = options.Depth + options.TokensPerSequence + Spare,
            BatchTokens = Math.Clamp(slots * options.TokensPerSequence, Math.Max(slots, FillRows), DecodeBenchOptions.BatchTokens),
            Threads = options.Threads,
        });
        try
        {
            foreach (var batch in Batches([0], 0, options.Depth, FillRows)) context.Decode(batch);
            for (var slot = 1; slot < slots; slot++) context.Copy(0, slot);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private IEnumerable<StepRunner.Call> Calls(IModelContext context, int[] slots, IRuntimeAdapter? adapter, bool switches) =>
        Batches(slots, options.Depth, options.TokensPerSequence, context.Options.BatchTokens)
            .Select(batch => new StepRunner.Call(context, adapter, switches, batch, options.Depth));

    /// <summary>Tokens of some slots in as few calls as they fit; the last of each slot has an output.</summary>
    private static IEnumerable<DecodeBatch> Batches(int[] slots, int start, int length, int capacity)
    {
        var batch = new DecodeBatch(capacity);
        foreach (var slot in slots)
        {
            for (var position = start; position < start + length; position++)
            {
                if (batch.Count == batch.Capacity)
                {
                    yield return batch;
                    batch = new DecodeBatch(capacity);
                }
                batch.Add(1 + (position * 7 % 200), position, slot, output: position == start + length - 1);
            }
        }
        if (batch.Count > 0) yield return batch;
    }
}
