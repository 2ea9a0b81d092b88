using static TorchSharp.torch;

namespace MultiagentFT.Training.Model;

/// <summary>
/// Gradient checkpointing (arXiv 1604.06174): of a pass through the blocks only each block's input is kept, and the way back computes
/// the blocks again, one at a time. The last blocks may keep what their gradients need, and are not computed again: the way back comes to them
/// first, so that what they keep is free when the others are computed. Gradients of what comes after the blocks are autograd's;
/// <see cref="Backward()"/> carries them on.
/// </summary>
/// <param name="blocks">Their base weights are frozen.</param>
/// <param name="kept">How many of the last ones keep what their gradients need. Range [0, blocks].</param>
/// <param name="fuses">Whether blocks are computed by their faster twins where those know them (<see cref="FusedBlock"/>).</param>
public sealed class CheckpointTape(IReadOnlyList<DecoderBlock> blocks, int kept = 0, bool fuses = true)
{
    private readonly Stack<Pass> _passes = new();
    private readonly int _firstKept = blocks.Count - (kept >= 0 && kept <= blocks.Count ? kept : throw new ArgumentOutOfRangeException(nameof(kept)));

    /// <param name="x">[batch, length, embedding]; nothing before it is trained.</param>
    /// <returns>What the last block gives, as a leaf that takes a gradient.</returns>
    public Tensor Forward(Tensor x)
    {
        var steps = new Step[blocks.Count];
        for (var i = 0; i < blocks.Count; i++)
        {
            steps[i] = i < _firstKept ? Compute(x, i) : Keep(x, i);
            x = steps[i].Output!;
            if (i < _firstKept) steps[i] = steps[i] with { Output = null };
        }
        var output = x.detach().requires_grad_();
        _passes.Push(new Pass(steps, output));
        return output;
    }

    /// <summary>After autograd's own backward: adds the gradients of all passes since the last call to those of the parameters.</summary>
    public void Backward()
    {
        while (_passes.TryPop(out var pass))
        {
            if (pass.Output.grad is { } gradient) Backward(pass, gradient);
        }
    }

    /// <summary>Drops what is kept of passes whose loss will not be learned from.</summary>
    public void Clear() => _passes.Clear();

    private void Backward(Pass pass, Tensor gradient)
    {
        var after = pass.Steps.Any(step => step.Draw is not null) ? random.get_rng_state() : null;
        for (var i = blocks.Count - 1; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            using var enabled = enable_grad();
            var step = pass.Steps[i];
            if (step.IsToCompute)
            {
                if (step.Draw is { } draw) random.set_rng_state(draw);
                step = Keep(step.Input, i);
            }
            // What is kept of a matrix is the matrix, and stored ones take turns in one place.
            blocks[i].Restore();
            if (step.Trace is { } trace)
            {
                step.Output!.Dispose();
                if (!gradient.is_contiguous()) gradient = gradient.contiguous().MoveToOuterDisposeScope();
                blocks[i].Fused!.Backward(step.Input, gradient, trace, toInput: i > 0);
            }
            else
            {
                if (step.Output!.requires_grad) autograd.backward(step.Output, gradient);
                gradient.Dispose();
                if (i > 0) gradient = step.Input.grad!.MoveToOuterDisposeScope();
            }
            foreach (var tensor in (Tensor[])[pass.Steps[i].Input, step.Input, step.Output!]) tensor.Dispose();
        }
        if (after is not null) random.set_rng_state(after);
    }

    /// <summary>Keeps the input alone.</summary>
    private Step Compute(Tensor x, int block)
    {
        using var gradients = no_grad();
        var draw = blocks[block].Draws ? random.get_rng_state() : null;
        return new Step(x, draw, blocks[block].Compute(x, fuses));
    }

    /// <summary>Keeps what the way back needs.</summary>
    private Step Keep(Tensor x, int block)
    {
        if (fuses && blocks[block].RunsFused(x))
        {
            var (y, trace) = blocks[block].RunFused(x, keeps: true);
            return new Step(x.detach(), null, y, trace);
        }
        var input = Leaf(x, block);
        return new Step(input, null, blocks[block].Forward(input));
    }

    /// <summary>The same values, of which a gradient is asked unless nothing before them is trained.</summary>
    private static Tensor Leaf(Tensor x, int block)
    {
        var leaf = x.detach();
        return block > 0 ? leaf.requires_grad_() : leaf;
    }

    /// <param name="Steps">One a block.</param>
    /// <param name="Output">Of the last block.</param>
    private sealed record Pass(Step[] Steps, Tensor Output);

    /// <param name="Input">Of the block.</param>
    /// <param name="Draw">State of the generator of random numbers before the block, if it draws some and is computed again.</param>
    /// <param name="Output">With the graph that led to it, unless there is a trace instead; null where the block is computed again.</param>
    /// <param name="Trace">What the block's faster twin keeps.</param>
    private sealed record Step(Tensor Input, Tensor? Draw, Tensor? Output, FusedBlock.Trace? Trace = null)
    {
        public bool IsToCompute => Output is null;
    }
}
