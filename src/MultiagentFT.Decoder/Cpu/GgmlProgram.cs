using MultiagentFT.Native.Ggml;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>A step as a graph of ggml's, for models with matrices that ggml multiplies; our kernels are custom operations in it.</summary>
internal sealed unsafe class GgmlProgram(CpuBackend backend, StepMemory memory, int operations) : IStepProgram
{
    // Each operation is described by a tensor.
    private readonly TensorContext _context = new(operations, operations);

    public nint Call(nint function, void* data, float* place, int width, int rows, ReadOnlySpan<nint> sources) =>
        memory.At(_context.Custom(function, data, width, rows, sources), place);

    public nint Multiply(nint tensor, nint source, float* place) => memory.At(_context.Multiply(tensor, source), place);

    public void End(nint last) => GgmlMethods.Expand(_context.Graph, last);

    public void Run() => backend.Compute(_context.Graph);

    public void Dispose() => _context.Dispose();
}
