using System.Buffers.Binary;
using CsCheck;

namespace MultiagentFT.Fuzz.Tests.Mutation;

/// <summary>One change of some bytes.</summary>
/// <param name="Kind">Which one, see <see cref="Apply"/>.</param>
/// <param name="From">Where, as a share of the file.</param>
/// <param name="To">Another place, where there are two.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Value">Chooses what is written.</param>
internal sealed record ByteEdit(int Kind, double From, double To, int Length, ulong Value)
{
    private const int Kinds = 8;
    private const string Marks = "{}[]\",:\\\n\r\0 u0-.eE+;'\t/";

    /// <summary>Lengths, counts and ids that are off by little or by much, and floats that are none.</summary>
    private static readonly ulong[] Odd =
    [
        0, 1, 2, 3, 4, 7, 8, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 1023, 65535, 65536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000,
        0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff, 0x7fc0_0000, 0x7f80_0000, 0xff80_0000, 0x7f7f_ffff, 0x7e00, 0x7c00,
    ];

    /// <summary>Most change a byte or a number; some move, repeat or remove whole regions.</summary>
    public static Gen<ByteEdit> Any { get; } = Gen.Select(
        Gen.Int[0, Kinds - 1], Gen.Double.Unit, Gen.Double.Unit, Gen.Int[1, 48], Gen.ULong, (kind, from, to, length, value) => new ByteEdit(kind, from, to, length, value));

    /// <summary>Changes the beginning of a file; what lies behind moves with it.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="reach">How much of the beginning may be changed.</param>
    public void Apply(List<byte> bytes, int reach)
    {
        if (bytes.Count == 0) return;
        reach = Math.Clamp(reach, 1, bytes.Count);
        var at = Math.Min((int)(From * reach), reach - 1);
        var length = Math.Min(Length, bytes.Count - at);
        switch (Kind)
        {
            case 0:
                bytes[at] ^= (byte)(1 << (int)(Value % 8));
                break;
            case 1:
                bytes[at] = (byte)Value;
                break;
            case 2:
                bytes[at] = (byte)Marks[(int)(Value % (ulong)Marks.Length)];
                break;
            case 3:
                Write(bytes, at);
                break;
            case 4:
                bytes.RemoveRange(at, length);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 6:
                Copy(bytes, at, Math.Min((int)(To * reach), reach - 1), length);
                break;
            default:
                if (Value % 4 == 0) bytes.RemoveRange(at, bytes.Count - at);
                else bytes.InsertRange(at, BitConverter.GetBytes(Value).Take(1 + (Length % 8)));
                break;
        }
    }

    /// <summary>A number of 1, 2, 4 or 8 bytes.</summary>
    private void Write(List<byte> bytes, int at)
    {
        var number = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, Odd[(int)(Value % (ulong)Odd.Length)]);
        for (var i = 0; i < 1 << (Length % 4) && at + i < bytes.Count; i++) bytes[at + i] = number[i];
    }

    private static void Copy(List<byte> bytes, int from, int to, int length)
    {
        var region = bytes.GetRange(from, length);
        for (var i = 0; i < length && to + i < bytes.Count; i++) bytes[to + i] = region[i];
    }
}
