"""The networks, and their way into ONNX, by hand, so that the same weights give the same bytes.

`Lines`: a small convolutional stack that looks at a whole line at once, one step of CTC every two columns: it finds the digits.
`Places`: a larger one that looks at one place that `Lines` found, and says which character stands there."""
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from paper import ALPHABET

STEP = 2  # columns of the picture a step


WIDTHS = (24, 40, 48, 56, 64, 80, 80)


class Stack(nn.Module):
    """Convolutions, each with its norm, and a head of 1 × 1. `plan`: in, out, kernel, stride, padding of each."""

    def __init__(self, plan, classes, drop):
        super().__init__()
        self.plan = plan
        self.convs = nn.ModuleList(nn.Conv2d(i, o, k, stride=s, padding=p, bias=False) for i, o, k, s, p in plan)
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, *_ in plan)
        self.head = nn.Conv2d(plan[-1][1], classes, 1)
        self.drop = drop

    def features(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = torch.relu(norm(conv(x)))
        return self.drop(x)


class Lines(Stack):
    """`N × 1 × 32 × W` → logits `N × W/2 × classes`."""

    def __init__(self, widths=WIDTHS, classes=len(ALPHABET)):
        a, b, c, d, e, f, g = widths
        # the sixth takes the four rows that are left together
        super().__init__([(1, a, (5, 5), (2, 2), (2, 2)), (a, b, (3, 3), (2, 1), (1, 1)), (b, c, (3, 3), (1, 1), (1, 1)), (c, d, (3, 3), (2, 1), (1, 1)),
                          (d, e, (3, 3), (1, 1), (1, 1)), (e, f, (4, 1), (1, 1), (0, 0)), (f, g, (1, 5), (1, 1), (0, 2))], classes, nn.Dropout2d(0.05))

    def forward(self, x):
        return self.head(self.features(x)).squeeze(2).transpose(1, 2)


WINDOW = 40  # columns of the picture around a place


class Places(Stack):
    """`N × 1 × 32 × WINDOW` → logits `N × classes` of the character in the middle; class 0: none stands there."""

    def __init__(self, widths=(24, 48, 96, 32, 128), classes=len(ALPHABET)):
        a, b, c, d, e = widths
        super().__init__([(1, a, (5, 5), (2, 2), (2, 2)), (a, b, (3, 3), (1, 1), (1, 1)), (b, b, (3, 3), (2, 2), (1, 1)),
                          (b, c, (3, 3), (1, 1), (1, 1)), (c, c, (3, 3), (2, 2), (1, 1)), (c, d, (1, 1), (1, 1), (0, 0)), (d, e, (4, WINDOW // 8), (1, 1), (0, 0))],
                         classes, nn.Dropout(0.2))

    def forward(self, x):
        return self.head(self.features(x)).flatten(1)


def macs(net, width):
    """Multiplications of one picture of this width."""
    total, h, w = 0, 32, width
    for conv, (_, _, k, stride, pad) in zip(net.convs, net.plan):
        h, w = (h + 2 * pad[0] - k[0]) // stride[0] + 1, (w + 2 * pad[1] - k[1]) // stride[1] + 1
        total += conv.weight.numel() * h * w
    return total + net.head.weight.numel() * h * w


def export(net, temperature, path, metadata):
    """ONNX, opset 17, fp32: batch norms folded into the convolutions, the temperature into the head, probabilities out."""
    name, lines = metadata["name"], isinstance(net, Lines)
    net = net.eval()
    nodes, weights, x = [], [], "image"

    def weight(name, value):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    for i, (conv, norm, (_, _, k, stride, pad)) in enumerate(zip(net.convs, net.norms, net.plan)):
        scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
        w = conv.weight.detach() * scale[:, None, None, None]
        b = norm.bias.detach() - norm.running_mean * scale
        nodes.append(helper.make_node("Conv", [x, weight(f"w{i}", w.numpy()), weight(f"b{i}", b.numpy())], [f"c{i}"], kernel_shape=list(k), strides=list(stride), pads=[*pad, *pad]))
        nodes.append(helper.make_node("Relu", [f"c{i}"], [f"r{i}"]))
        x = f"r{i}"
    nodes.append(helper.make_node("Conv", [x, weight("wh", (net.head.weight.detach() / temperature).numpy()), weight("bh", (net.head.bias.detach() / temperature).numpy())], ["logits"], kernel_shape=[1, 1]))
    weights.append(numpy_helper.from_array(np.array([2], np.int64), "axes"))
    # of a place there is one step
    nodes.append(helper.make_node("Squeeze", ["logits", "axes"], ["flat"]))
    nodes.append(helper.make_node("Transpose", ["flat"], ["steps"], perm=[0, 2, 1]))
    nodes.append(helper.make_node("Softmax", ["steps"], ["posterior"], axis=-1))
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 32, "width" if lines else WINDOW])],
        [helper.make_tensor_value_info("posterior", TensorProto.FLOAT, ["batch", "steps" if lines else 1, len(ALPHABET)])],
        weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="yushen training/digits.py")
    model.ir_version = 8
    helper.set_model_props(model, {k: v for k, v in metadata.items() if k != "name"})
    onnx.checker.check_model(model)
    with open(path, "wb") as f:
        f.write(model.SerializeToString(deterministic=True))
