using MultiagentFT.Native.Interop;

namespace MultiagentFT.SocietyDecoder;

/// <summary>A matrix in the panels that this project's kernels multiply (native/society/pack.cpp).</summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    private const int PanelOutputs = 16;
    private readonly NativeBlock _panels;
    private readonly NativeBlock _description;

    /// <param name="format">One of the kernels' formats.</param>
    /// <param name="inputs">Whole blocks of the format.</param>
    /// <param name="outputs">1 or more.</param>
    /// <param name="rows">The matrix as the file has it.</param>
    /// <exception cref="OutOfMemoryException">The system has not as much.</exception>
    public PackedMatrix(int format, int inputs, int outputs, NativeBlock rows)
    {
        var count = (outputs + PanelOutputs - 1) / PanelOutputs;
        _panels = new NativeBlock(SocietyMethods.PanelBytes(format, inputs) * count);
        var parts = Math.Min(count, Environment.ProcessorCount);
        Parallel.For(0, parts, part => SocietyMethods.Pack(
            format, inputs, outputs, (int)((long)count * part / parts), (int)((long)count * (part + 1) / parts), rows.Start, _panels.Start));
        _description = new NativeBlock(sizeof(SocietyMatrix));
        *(SocietyMatrix*)_description.Start = new SocietyMatrix { Format = format, Inputs = inputs, Outputs = outputs, Panels = _panels.Start };
    }

    public long Bytes => _panels.Bytes;

    public Matrix Matrix
    {
        get
        {
            var description = (SocietyMatrix*)_description.Start;
            return new Matrix(0, description, description->Outputs);
        }
    }

    public void Dispose()
    {
        _panels.Dispose();
        _description.Dispose();
    }
}
