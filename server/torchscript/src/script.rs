//! A law's graph as TorchScript source, and the tree of modules that holds its parameters.
//!
//! A parameter `inc.conv_block.0.weight` lies in a module `0` in a module `conv_block` in a module `inc`; each of those
//! is an object of a class of its own that only holds. `forward` stands in the class of the root.

use std::fmt::Write;

use atheria_shared::Boundary;

use atheria_law::{Law, Op, ParamId, ParamRole, Value};

use crate::pickle::Pickle;

/// The class of the root.
const ROOT: &str = "Law";

/// A module on the way to parameters: children first, as they come in the graph.
#[derive(Default)]
struct Module {
    children: Vec<(String, Module)>,
    params: Vec<(String, ParamId)>,
}

/// A law as TorchScript: the source of its classes and the object graph that goes with it.
pub(crate) struct Script {
    /// `code/__torch__.py`
    pub(crate) source: String,
    /// `data.pkl`; a parameter's storage is named by its place in the graph.
    pub(crate) objects: Vec<u8>,
}

impl Script {
    pub(crate) fn of(law: &Law, boundary: Boundary) -> Self {
        let mut root = Module::default();
        for (id, spec) in law.graph().param_ids() {
            root.insert(&spec.name, id);
        }
        let mut source = String::new();
        let mut objects = Pickle::new();
        let mut classes = 0;
        let forward = forward(law, boundary);
        root.declare(law, &mut classes, &mut source, Some(&forward));
        classes = 0;
        root.pickle(law, &mut classes, &mut objects, true);
        Self {
            source,
            objects: objects.finish(),
        }
    }
}

impl Module {
    fn insert(&mut self, path: &str, id: ParamId) {
        let Some((child, rest)) = path.split_once('.') else {
            self.params.push((path.to_owned(), id));
            return;
        };
        let place = self
            .children
            .iter()
            .position(|(name, _)| name == child)
            .unwrap_or_else(|| {
                self.children.push((child.to_owned(), Self::default()));
                self.children.len() - 1
            });
        self.children[place].1.insert(rest, id);
    }

    /// Writes the classes of its children, then its own; returns its class.
    fn declare(&self, law: &Law, classes: &mut usize, source: &mut String, forward: Option<&str>) -> String {
        let children: Vec<(&str, String)> = self
            .children
            .iter()
            .map(|(name, child)| (name.as_str(), child.declare(law, classes, source, None)))
            .collect();
        let class = class_name(classes, forward.is_some());
        let of_role = |parameter: bool| -> String {
            self.params
                .iter()
                .filter(|(_, id)| (law.graph().param(*id).role == ParamRole::Parameter) == parameter)
                .fold(String::new(), |text, (name, _)| text + &format!("\"{name}\", "))
        };
        let mut body = format!(
            "class {class}(Module):\n  __parameters__ = [{}]\n  __buffers__ = [{}]\n",
            of_role(true),
            of_role(false)
        );
        for (name, _) in &self.params {
            let _ = writeln!(body, "  {name} : Tensor");
        }
        body.push_str("  training : bool\n");
        for (name, class) in &children {
            let _ = if is_digit(name) {
                writeln!(body, "  __annotations__[\"{name}\"] = __torch__.{class}")
            } else {
                writeln!(body, "  {name} : __torch__.{class}")
            };
        }
        body.push_str(forward.unwrap_or_default());
        source.push_str(&body);
        class
    }

    /// Writes the object, in the same order of classes as [`Self::declare`].
    fn pickle(&self, law: &Law, classes: &mut usize, pickle: &mut Pickle, is_root: bool) {
        // The object's opening names its class, which is numbered after those of its children.
        let children_classes: usize = self.children.iter().map(|(_, child)| child.class_count()).sum();
        let mut own = *classes + children_classes;
        let class = class_name(&mut own, is_root);
        pickle.object(&class, |p| {
            for (name, id) in &self.params {
                p.text(name);
                tensor(law, *id, p);
            }
            p.text("training").boolean(false);
            for (name, child) in &self.children {
                p.text(name);
                child.pickle(law, classes, p, false);
            }
        });
        *classes = own;
    }

    fn class_count(&self) -> usize {
        1 + self
            .children
            .iter()
            .map(|(_, child)| child.class_count())
            .sum::<usize>()
    }
}

fn class_name(classes: &mut usize, is_root: bool) -> String {
    *classes += 1;
    if is_root {
        ROOT.to_owned()
    } else {
        format!("Holder{classes}")
    }
}

fn is_digit(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit())
}

fn tensor(law: &Law, id: ParamId, pickle: &mut Pickle) {
    let spec = law.graph().param(id);
    let elements: usize = spec.shape.iter().product();
    let storage = match spec.role {
        ParamRole::Parameter | ParamRole::Buffer => "FloatStorage",
        ParamRole::IntegerBuffer => "LongStorage",
    };
    let strides: Vec<usize> = (0..spec.shape.len())
        .map(|i| spec.shape.iter().skip(i + 1).product())
        .collect();
    pickle.global("torch._utils", "_rebuild_tensor_v2").tuple(|p| {
        p.tuple(|p| {
            p.text("storage")
                .global("torch", storage)
                .text(&id.index().to_string())
                .text("cpu")
                .integer(elements);
        })
        .persistent();
        p.integer(0).integers(&spec.shape).integers(&strides);
        p.boolean(spec.role == ParamRole::Parameter);
        p.global("collections", "OrderedDict").tuple(|_| {}).reduce();
    });
    pickle.reduce();
}

/// `forward`, a line for each layer.
fn forward(law: &Law, boundary: Boundary) -> String {
    let graph = law.graph();
    let mut text = format!("  def forward(self: __torch__.{ROOT},\n    x: Tensor");
    let memory = graph.memory();
    text.push_str(match memory {
        Some(_) => {
            ",\n    h: Optional[Tensor]=None,\n    c: Optional[Tensor]=None) -> Tuple[Tensor, Tensor, Tensor]:\n"
        }
        None => ") -> Tensor:\n",
    });
    for (place, op) in graph.ops().iter().enumerate() {
        text.push_str(&line(law, boundary, place, op));
    }
    let output = name(graph.output());
    let _ = match memory {
        Some(memory) => writeln!(
            text,
            "    return ({output}, {}, {})",
            name(memory.h),
            name(memory.c)
        ),
        None => writeln!(text, "    return {output}"),
    };
    text
}

fn name(value: Value) -> String {
    format!("t{}", value.index())
}

/// How `forward` reaches a parameter.
fn reach(law: &Law, id: ParamId) -> String {
    law.graph()
        .param(id)
        .name
        .split('.')
        .fold("self".to_owned(), |path, part| {
            if is_digit(part) {
                format!("getattr({path}, \"{part}\")")
            } else {
                format!("{path}.{part}")
            }
        })
}

fn line(law: &Law, boundary: Boundary, place: usize, op: &Op) -> String {
    let to = format!("t{place}");
    let torus = boundary == Boundary::Torus;
    let remember = |argument: &str, like: Value| {
        format!(
            "    if torch.__is__({argument}, None):\n      {to} = torch.zeros_like({})\n    else:\n      {to} = unchecked_cast(Tensor, {argument})\n",
            name(like)
        )
    };
    let simple = |expression: String| format!("    {to} = {expression}\n");
    match *op {
        Op::Input => simple("x".to_owned()),
        Op::MemoryH(like) => remember("h", like),
        Op::MemoryC(like) => remember("c", like),
        Op::Conv {
            input,
            weight,
            bias,
            side,
            groups,
        } => {
            let (weight, bias) = (
                reach(law, weight),
                bias.map_or("None".to_owned(), |id| reach(law, id)),
            );
            let conv = |input: &str, padding: u8| {
                format!(
                    "    {to} = torch.conv2d({input}, {weight}, {bias}, [1, 1], [{padding}, {padding}], [1, 1], {groups})\n"
                )
            };
            match (side, torus) {
                (1, _) => conv(&name(input), 0),
                (_, false) => conv(&name(input), 1),
                (_, true) => {
                    format!("    p{place} = {}\n", wrap(&name(input), 1)) + &conv(&format!("p{place}"), 0)
                }
            }
        }
        Op::Upsample { input, weight, bias } => simple(format!(
            "torch.conv_transpose2d({}, {}, {}, [2, 2])",
            name(input),
            reach(law, weight),
            reach(law, bias)
        )),
        Op::GroupNorm {
            input,
            groups,
            weight,
            bias,
        } => simple(format!(
            "torch.group_norm({}, {groups}, {}, {}, 1.0000000000000001e-05)",
            name(input),
            reach(law, weight),
            reach(law, bias)
        )),
        Op::RmsNorm { input, weight } => {
            let x = name(input);
            format!("    m{place} = torch.mean(torch.mul({x}, {x}), [2, 3], True)\n")
                + &format!("    r{place} = torch.sqrt(torch.add(m{place}, 9.9999999999999995e-07))\n")
                + &simple(format!(
                    "torch.mul(torch.div({x}, r{place}), torch.view({}, [1, -1, 1, 1]))",
                    reach(law, weight)
                ))
        }
        Op::Elu(x) => simple(format!("torch.elu({})", name(x))),
        Op::MaxPool(x) => simple(format!("torch.max_pool2d({}, [2, 2])", name(x))),
        Op::Concat(a, b) => simple(format!("torch.cat([{}, {}], 1)", name(a), name(b))),
        Op::Channels { input, first, count } => simple(format!(
            "torch.slice({}, 1, {first}, {})",
            name(input),
            first + count
        )),
        Op::Sigmoid(x) => simple(format!("torch.sigmoid({})", name(x))),
        Op::Tanh(x) => simple(format!("torch.tanh({})", name(x))),
        Op::Mul(a, b) => simple(format!("torch.mul({}, {})", name(a), name(b))),
        Op::Add(a, b) => simple(format!("torch.add({}, {})", name(a), name(b))),
        Op::Spike { input, threshold } => {
            let x = name(input);
            simple(format!(
                "torch.type_as(torch.gt({x}, {}), {x})",
                reach(law, threshold)
            ))
        }
        Op::ResizeLike { input, like } => resize(&to, &name(input), &name(like), torus),
    }
}

/// `x` with so many cells of its other side around it.
fn wrap(x: &str, cells: u8) -> String {
    format!("torch.pad({x}, [{cells}, {cells}, {cells}, {cells}], \"circular\")")
}

fn resize(to: &str, x: &str, like: &str, torus: bool) -> String {
    let to_size = |x: &str, size: [&str; 2]| {
        format!(
            "torch._upsample_bilinear2d_aa({x}, [{}, {}], False, None, None)",
            size[0], size[1]
        )
    };
    let sizes = format!("    h_{to} = torch.size({like}, 2)\n    w_{to} = torch.size({like}, 3)\n");
    let (h, w) = (format!("h_{to}"), format!("w_{to}"));
    if !torus {
        return sizes + &format!("    {to} = {}\n", to_size(x, [&h, &w]));
    }
    let wider = to_size(
        &wrap(x, 2),
        [&format!("torch.add({h}, 2)"), &format!("torch.add({w}, 2)")],
    );
    sizes
        + &format!("    q_{to} = {wider}\n")
        + &format!(
            "    {to} = torch.slice(torch.slice(q_{to}, 2, 1, torch.add({h}, 1)), 3, 1, torch.add({w}, 1))\n"
        )
}
