using System.Text;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli;

/// <summary>Passes text on to a terminal or a file; what would control a terminal is escaped. Lines stay.</summary>
internal sealed class PrintableWriter(TextWriter writer) : TextWriter
{
    public override Encoding Encoding => writer.Encoding;

    public override void Write(char value)
    {
        // Half of a character outside the basic plane is no control character.
        if (char.IsSurrogate(value)) writer.Write(value);
        else writer.Write(Printable.Lines(value.ToString()));
    }

    public override void Write(string? value) => writer.Write(Printable.Lines(value ?? ""));

    public override void WriteLine(string? value) => writer.WriteLine(Printable.Lines(value ?? ""));

    public override void Flush() => writer.Flush();
}
