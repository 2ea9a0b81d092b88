using MultiagentFT.Native.Interop;
using MultiagentFT.Native.Library;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>A step as a list of tasks for threads of our own, for models whose matrices are all packed.</summary>
internal sealed unsafe class TaskProgram(TaskPool pool, int operations) : IStepProgram
{
    private readonly NativeList<DecoderTask> _tasks = new(operations);

    // Tasks run in the order in which they are added, and sources are added first.
    public nint Call(nint function, void* data, float* place, int width, int rows, ReadOnlySpan<nint> sources) =>
        (nint)_tasks.Add(new DecoderTask { Function = function, Data = data });

    public nint Multiply(nint tensor, nint source, float* place) => throw new InvalidOperationException("ggml runs no part of this step");

    public void End(nint last)
    {
    }

    public void Run() => pool.Run(_tasks.Start, _tasks.Count);

    public void Dispose() => _tasks.Dispose();
}
