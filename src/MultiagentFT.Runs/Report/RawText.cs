using System.Xml;
using System.Xml.Linq;

namespace MultiagentFT.Runs.Report;

/// <summary>The content of a script or a style sheet, in which HTML knows no entities: it goes out as it is. Never what a model wrote.</summary>
internal sealed class RawText(string content) : XText(content)
{
    public override void WriteTo(XmlWriter writer) => writer.WriteRaw(Value);
}
