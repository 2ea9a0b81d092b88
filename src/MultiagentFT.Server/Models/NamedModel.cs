using MultiagentFT.Contracts.Generation;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.Models;

/// <summary>What the field <c>model</c> of a request can name.</summary>
/// <param name="Name">Such as <c>generator-1</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Adapter">Its weights; null for the base and for a society.</param>
/// <param name="File">The adapter's file; null where there is none.</param>
/// <param name="Created">Unix time, seconds.</param>
/// <param name="Society">Who debates, of a <see cref="ModelKind.Society"/>; else null.</param>
internal sealed record NamedModel(string Name, ModelKind Kind, AdapterVersion? Adapter, string? File, long Created, ServedSociety? Society = null);
