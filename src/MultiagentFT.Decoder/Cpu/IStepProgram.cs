namespace MultiagentFT.Decoder.Cpu;

/// <summary>The operations of a step, described once and run many times.</summary>
internal unsafe interface IStepProgram : IDisposable
{
    /// <summary>Adds a call of a kernel on every thread.</summary>
    /// <param name="function">The kernel.</param>
    /// <param name="data">What it works on; stays in place.</param>
    /// <param name="place">Where its result lies, [rows, width].</param>
    /// <param name="width">1 or more.</param>
    /// <param name="rows">1 or more.</param>
    /// <param name="sources">Steps that it reads, all of them added before.</param>
    /// <returns>The step, as a source of later ones.</returns>
    nint Call(nint function, void* data, float* place, int width, int rows, ReadOnlySpan<nint> sources);

    /// <summary>Adds a product by ggml.</summary>
    /// <param name="tensor">The matrix, a ggml_tensor.</param>
    /// <param name="source">The step that makes its rows.</param>
    /// <param name="place">Where the product goes.</param>
    nint Multiply(nint tensor, nint source, float* place);

    /// <summary>Says which step the program ends with.</summary>
    void End(nint last);

    /// <exception cref="InvalidOperationException">It could not be computed.</exception>
    void Run();
}
